package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthSampled;
import dev.fairlead.events.HealthEvent.HealthUnknown;
import dev.fairlead.events.TargetId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@DisplayName("A doubt about a target")
class DoubtTest {

  private static final TargetId TARGET = new TargetId("doubtful/production/http");
  private static final String FINGERPRINT = "health-unknown:" + TARGET;

  private final AlertStage stage = AlertStage.shared();

  @Test
  @DisplayName("ends with the first minute after it that was probed; no other minute leaves a row")
  void ends() throws Exception {
    String before = tell(minuteFrom(Instant.now().minusSeconds(120), 2));
    tell(new HealthUnknown(TARGET, null, null, "no network"));
    String without = tell(minuteFrom(Instant.now(), 0));
    String during = tell(minuteFrom(Instant.now().minusSeconds(60), 2));
    assertThat(stage.service().awaitAlert(FINGERPRINT, "open").path("alert").path("summary"))
        .hasToString("\"no network\"");

    String ending = tell(minuteFrom(Instant.now(), 2));
    assertThat(
            stage
                .service()
                .awaitAlert(FINGERPRINT, "resolved")
                .path("alert")
                .path("resolution")
                .asString())
        .isEqualTo("it can be probed again");
    String after = tell(minuteFrom(Instant.now(), 2));
    tell(new HealthUnknown(TARGET, null, null, "no name service"));
    stage.service().awaitAlert(FINGERPRINT, "open");

    assertThat(rowsOf(ending)).isOne();
    assertThat(rowsOf(before, without, during, after)).isZero();
  }

  @Test
  @DisplayName("that is told again is not ended by a minute that began between the two")
  void toldAgain() throws Exception {
    TargetId target = new TargetId("doubtful/production/again");
    String fingerprint = "health-unknown:" + target;
    tell(new HealthUnknown(target, null, null, "no network"));
    stage.service().awaitAlert(fingerprint, "open");
    Instant between = Instant.now();
    tell(new HealthUnknown(target, null, null, "no name service"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> summaryOf(fingerprint).equals("no name service"));

    String early = tell(minuteFrom(target, between, 2));
    String late = tell(minuteFrom(target, Instant.now(), 2));
    stage.service().awaitAlert(fingerprint, "resolved");

    assertThat(rowsOf(early)).isZero();
    assertThat(rowsOf(late)).isOne();
  }

  private String summaryOf(String fingerprint) throws Exception {
    JsonNode open = stage.service().awaitAlert(fingerprint, "open");
    return open.path("alert").path("summary").asString();
  }

  private String tell(Event event) throws Exception {
    return stage.facts().tell(event);
  }

  private static HealthSampled minuteFrom(Instant from, int probes) {
    return minuteFrom(TARGET, from, probes);
  }

  private static HealthSampled minuteFrom(TargetId target, Instant from, int probes) {
    return new HealthSampled(target, from, from.plus(Duration.ofMinutes(1)), probes, 0, 5, 9);
  }

  private int rowsOf(String... events) {
    return stage
        .service()
        .database()
        .sql("select count(*) from chassis.inbox where event = any(?)")
        .param(events)
        .query(Integer.class)
        .single();
  }
}
