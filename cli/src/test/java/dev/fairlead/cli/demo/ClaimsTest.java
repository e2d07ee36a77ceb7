package dev.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The claims of a demo")
class ClaimsTest {

  private final List<Claim> told = new ArrayList<>();
  private final Claims claims = new Claims(told::add, () -> 0);

  @Test
  @DisplayName("are all listed, in the order of the story, also those it did not come to")
  void unreached() throws Exception {
    observed(Promise.SUITE_READY);
    failed(Promise.FIRST_RELEASE);

    assertThat(claims.all()).extracting(Claim::promise).containsExactly(Promise.values());
    assertThat(claims.all().subList(2, Promise.values().length))
        .allSatisfy(
            claim -> {
              assertThat(claim.observed()).isFalse();
              assertThat(claim.evidence()).isEqualTo("not reached: first-release was not observed");
            });
    assertThat(told).hasSize(2);
  }

  @Test
  @DisplayName("name the nearest one before that was not observed as the reason")
  void nearestReason() throws Exception {
    failed(Promise.UNACCEPTED_DECISION_BLOCKS);
    failed(Promise.INCIDENT_NOTICED);

    assertThat(evidence(Promise.ACCEPTED_DECISION_PASSES))
        .isEqualTo("not reached: unaccepted-decision-blocks was not observed");
    assertThat(evidence(Promise.ALERT_RESOLVED))
        .isEqualTo("not reached: incident-noticed was not observed");
  }

  @Test
  @DisplayName("are kept only if every single one was observed")
  void all() throws Exception {
    for (Promise promise : EnumSet.complementOf(EnumSet.of(Promise.ALERT_ARRIVED))) {
      observed(promise);
    }
    assertThat(claims.allObserved()).isFalse();

    observed(Promise.ALERT_ARRIVED);
    assertThat(claims.allObserved()).isTrue();
  }

  @Test
  @DisplayName("have ids of their own that scripts can look for")
  void ids() {
    List<String> ids = Arrays.stream(Promise.values()).map(Promise::id).toList();

    assertThat(Set.copyOf(ids)).hasSameSizeAs(ids);
    assertThat(ids).allMatch(id -> id.matches("[a-z]+(-[a-z]+)+"));
  }

  private String evidence(Promise promise) {
    return claims.all().get(promise.ordinal()).evidence();
  }

  private void observed(Promise promise) throws InterruptedException {
    assertThat(claims.settle(promise, () -> "seen")).isTrue();
  }

  private void failed(Promise promise) throws InterruptedException {
    assertThat(
            claims.settle(
                promise,
                () -> {
                  throw new NotObserved("not seen");
                }))
        .isFalse();
  }
}
