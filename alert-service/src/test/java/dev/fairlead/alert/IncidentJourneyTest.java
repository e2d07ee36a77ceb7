package dev.fairlead.alert;

import static dev.fairlead.alert.AlertStage.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.channel.Vendor;
import dev.fairlead.events.AlertEvent.AlertAcknowledged;
import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertEvent.NotificationDelivered;
import dev.fairlead.events.IncidentId;
import dev.fairlead.stack.FakePagerDuty;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@DisplayName("An incident")
class IncidentJourneyTest {

  private final AlertStage stage = AlertStage.shared();

  @Test
  @DisplayName("tells Slack, e-mail and PagerDuty that a target broke, and that it is well again")
  void journey() throws Exception {
    IncidentId incident = stage.facts().degraded("orders");
    JsonNode open = stage.service().awaitAlert(AlertFacts.fingerprint("orders"), "open");
    soon().until(() -> stage.told("orders").size() == 3);
    stage.facts().recovered("orders", incident);
    JsonNode over = stage.service().awaitAlert(AlertFacts.fingerprint("orders"), "resolved");
    soon().until(() -> stage.told("orders").size() == 5);

    assertThat(stage.told("orders"))
        .containsExactlyInAnyOrder(
            "slack: [critical] orders/production/http is degraded",
            "mail: [critical] orders/production/http is degraded",
            "pagerduty: resolved after 1 trigger: orders/production/http is degraded",
            "slack: [resolved] orders/production/http is degraded",
            "mail: [resolved] orders/production/http is degraded");
    assertThat(stage.facts().await(AlertRaised.class, incident, 1)).hasSize(1);
    assertThat(stage.facts().await(AlertResolved.class, incident, 1)).hasSize(1);
    assertThat(stage.facts().await(NotificationDelivered.class, incident, 6))
        .extracting(NotificationDelivered::destination)
        .doesNotContain(stage.slack().webhook("ops").toString());
    assertThat(open.path("trace").toString())
        .contains("matched [severity=critical]: receiver on-call", "slack is told: fired");
    assertThat(over.path("trace").toString()).contains("the target is healthy again");
  }

  @Test
  @DisplayName("stops reminding, and tells PagerDuty, when an alert is acknowledged")
  void acknowledgement() throws Exception {
    IncidentId incident = stage.facts().degraded("billing");
    String id =
        stage
            .service()
            .awaitAlert(AlertFacts.fingerprint("billing"), "open")
            .path("alert")
            .path("alert")
            .asString();
    soon().until(() -> stage.state(incident).equals("triggered"));
    stage.service().send("POST", "/alerts/%s/acknowledgement".formatted(id), "{\"via\":\"cli\"}");
    soon().until(() -> stage.state(incident).equals("acknowledged"));
    assertThat(
            stage.facts().await(AlertAcknowledged.class, incident, 1).getFirst().acknowledgedBy())
        .hasToString("alice");
    assertThat(
            stage
                .service()
                .alert(AlertFacts.fingerprint("billing"))
                .path("acknowledgedBy")
                .asString())
        .isEqualTo("alice");
  }

  @Test
  @DisplayName("what broke and was resolved while a channel was down is one message")
  void combined() throws Exception {
    Vendor vendor = stage.vendor("down");
    vendor.in(Vendor.status(503, "maintenance"));
    IncidentId incident = stage.facts().degraded("down");
    soon().until(() -> !vendor.calls().isEmpty());
    stage.facts().recovered("down", incident);
    stage.service().awaitAlert(AlertFacts.fingerprint("down"), "resolved");
    int refused = vendor.calls().size();
    vendor.in(Vendor.status(200, ""));

    stage.facts().await(NotificationDelivered.class, incident, 1);
    List<Vendor.Call> heard = vendor.calls().subList(refused, vendor.calls().size());
    assertThat(heard.getLast().json().path("notices").toString())
        .isEqualTo("[\"fired\",\"resolved\"]");
    assertThat(stage.notifications("down")).containsExactly("down combined", "down delivered");
  }

  @Test
  @DisplayName(
      "kill -9 in the middle of sending loses nothing, and what is sent again has the same key")
  void killed() throws Exception {
    Vendor vendor = stage.vendor("killed");
    vendor.in(Vendor.hanging());
    IncidentId sending = stage.facts().degraded("killed");
    soon().until(() -> !vendor.calls().isEmpty());
    stage.service().kill();
    stage.facts().degraded("orders-two");
    vendor.in(Vendor.status(200, ""));
    stage.service().start();

    assertThat(stage.facts().await(NotificationDelivered.class, sending, 1)).hasSize(1);
    assertThat(vendor.calls()).hasSize(2);
    assertThat(vendor.calls())
        .extracting(call -> call.headers().get("idempotency-key"))
        .containsOnly(vendor.calls().getFirst().headers().get("idempotency-key"));
    soon().until(() -> stage.told("orders-two").size() == 3);
  }

  @Test
  @DisplayName("no secret is in the log, in an answer or in an event")
  void secrets() throws Exception {
    IncidentId incident = stage.facts().degraded("discreet");
    stage.facts().await(NotificationDelivered.class, incident, 3);
    String seen = stage.service().log() + stage.service().get("/notifications?limit=1000");
    assertThat(seen).doesNotContain(FakePagerDuty.routingKey(), "/services/T0LOCAL", "hook-key");
  }

  @Test
  @DisplayName("an unknown alert and a resolved one are refused in words")
  void refusals() throws Exception {
    String nobody = "/alerts/0199aaaa-0000-7000-8000-000000000001";
    assertThat(stage.service().send("GET", nobody, "").status()).isEqualTo(404);
    assertThat(stage.service().send("GET", "/alerts/x", "").status()).isEqualTo(404);
    assertThat(stage.service().send("POST", nobody + "/acknowledgement", "").status())
        .isEqualTo(404);
    assertThat(stage.service().send("GET", "/alerts?state=odd", "").body().toString())
        .contains("Use state=open or state=all.");
  }
}
