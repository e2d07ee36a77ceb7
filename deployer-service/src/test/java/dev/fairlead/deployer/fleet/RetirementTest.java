package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.InstanceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a newer release has replaced")
class RetirementTest {

  private static final long FENCE = 2;

  private final TwoReleases releases;
  private final List<InstanceId> all;

  RetirementTest(@TempDir Path folder) throws InterruptedException {
    releases = new TwoReleases(folder);
    all = releases.old.instances();
  }

  @Test
  @DisplayName("is stopped on the hosts that answer, and told of the others")
  void silent() throws Exception {
    releases.beta.loseAt(1, false);

    assertThat(retirement().stop(releases.old, all, FENCE))
        .isEqualTo("2 instances of 1 stopped; it is away: what is there follows when it is back");
    assertThat(releases.alpha.truth()).isEmpty();
    assertThat(releases.beta.truth()).hasSize(2);
  }

  @Test
  @DisplayName("is left where no host of it answers, or is known any more")
  void allSilent() throws Exception {
    List<InstanceId> onBeta = List.of(releases.old.instance(2));
    releases.beta.loseAt(1, false);

    assertThat(retirement().stop(releases.old, onBeta, FENCE))
        .startsWith("0 instances of 1 stopped; it is away");
    assertThat(
            new Retirement(releases.withoutBeta(), Duration.ZERO).stop(releases.old, onBeta, FENCE))
        .startsWith("0 instances of 1 stopped; this deployer has no Docker host beta");
  }

  @Test
  @DisplayName("is left where a host falls silent in the middle, and the others go on")
  void lostInTheMiddle() throws Exception {
    releases.beta.loseAt(3, true);

    assertThat(retirement().stop(releases.old, all, FENCE))
        .isEqualTo(
            "not everything of 1 is stopped: it is away; the rest follows as soon as that is over");
    assertThat(releases.alpha.truth()).isEmpty();
  }

  @Test
  @DisplayName("has to be stopped everywhere, where two must never run at once")
  void exclusive() throws Exception {
    releases.beta.loseAt(1, false);

    assertThatThrownBy(() -> retirement().stopAll(releases.old, all, FENCE))
        .isInstanceOf(NotServing.class)
        .hasMessage(
            "two releases of orders/staging must never run at once, and nobody can see the old one stopped: it is away")
        .extracting(e -> ((NotServing) e).advice())
        .asString()
        .contains("take it out of fairlead.deployer.docker-hosts");
  }

  @Test
  @DisplayName("is awaited there while an engine is being restarted")
  void restarting() throws Exception {
    releases.beta.loseFor(3);

    assertThat(retirement().stopAll(releases.old, all, FENCE))
        .isEqualTo("4 instances of 1 stopped");
    assertThat(releases.beta.truth()).isEmpty();
  }

  @Test
  @DisplayName("is gone with a host that was taken out of the settings, but not by another name")
  void takenOut() throws Exception {
    Retirement renamed = new Retirement(releases.renamed(), Duration.ZERO);

    assertThat(renamed.stopAll(releases.old, all, FENCE))
        .isEqualTo(
            "2 instances of 1 stopped; this deployer has no Docker host beta: what was there is taken to be gone");
    assertThat(releases.beta.truth()).as("found by its new name").isEmpty();
    assertThat(
            new Retirement(releases.withoutBeta(), Duration.ZERO).stopAll(releases.old, all, FENCE))
        .contains("taken to be gone");
  }

  private Retirement retirement() {
    return new Retirement(releases.instances(), Duration.ofMillis(1));
  }
}
