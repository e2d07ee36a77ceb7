package dev.fairlead.alert;

import static dev.fairlead.alert.AlertStage.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.channel.Vendor;
import dev.fairlead.events.AlertEvent.NotificationDelivered;
import dev.fairlead.events.IncidentId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A channel that fails")
class FailingChannelTest {

  private final AlertStage stage = AlertStage.shared();

  @Test
  @DisplayName("gets the pause it asks for")
  void throttled() throws Exception {
    Vendor vendor = stage.vendor("throttled");
    vendor.in(Vendor.status(429, "", "Retry-After", "3"));
    IncidentId incident = stage.facts().degraded("throttled");
    soon().until(() -> !vendor.calls().isEmpty());
    vendor.in(Vendor.status(200, ""));
    stage.facts().await(NotificationDelivered.class, incident, 1);
    assertThat(Duration.between(vendor.calls().get(0).at(), vendor.calls().get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  @DisplayName("is tried once where it refuses for good, and the fallback tells it")
  void refused() throws Exception {
    stage.vendor("gone").in(Vendor.status(410, "gone"));
    stage.facts().degraded("gone");
    soon()
        .until(
            () -> stage.told("gone").contains("mail: [critical] gone/production/http is degraded"));
    soon()
        .until(() -> stage.notifications("gone").equals(List.of("gone failed", "mail delivered")));
    assertThat(stage.vendor("gone").calls()).hasSize(1);
  }

  @Test
  @DisplayName("rests after three failures, and the fallback tells it")
  void broken() throws Exception {
    Vendor vendor = stage.vendor("broken");
    vendor.in(Vendor.status(500, "oops"));
    stage.facts().degraded("broken");
    soon().until(() -> !stage.told("broken").isEmpty());
    assertThat(vendor.calls()).hasSize(3);

    stage.facts().degraded("broken-too");
    soon().until(() -> !stage.told("broken-too").isEmpty());
    assertThat(vendor.calls()).as("nothing is sent while the circuit is open").hasSize(3);
    String explained =
        stage
            .service()
            .awaitAlert(AlertFacts.fingerprint("broken-too"), "open")
            .path("attempts")
            .toString();
    assertThat(explained).contains("handed-over", "to mail, because broken is down (circuit open)");
  }
}
