package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.AlertEvent.AlertAcknowledged;
import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertEvent.NotificationDelivered;
import dev.fairlead.events.IncidentId;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.FakeSlack;
import dev.fairlead.stack.MailCatcher;
import dev.fairlead.stack.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service on a real broker, a real database and channels that enforce their limits. */
@DisplayName("alert-service")
class AlertServiceTest {

  private static FakeSlack slack;
  private static FakePagerDuty pagerduty;
  private static MailCatcher mail;
  private static AlertProcess service;
  private static Facts facts;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    slack = FakeSlack.start(Ports.free());
    pagerduty = FakePagerDuty.start(Ports.free());
    mail = MailCatcher.start(Ports.free());
    facts = new Facts();
    service = AlertProcess.start(folder, settings(folder));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    facts.close();
    slack.close();
    pagerduty.close();
    mail.close();
  }

  @Test
  @DisplayName("tells Slack, e-mail and PagerDuty that a target broke, and that it is well again")
  void journey() throws Exception {
    IncidentId incident = facts.degraded("orders");
    JsonNode open = service.awaitAlert(Facts.fingerprint("orders"), "open");
    soon().until(() -> told("orders").size() == 3);
    facts.recovered("orders", incident);
    JsonNode over = service.awaitAlert(Facts.fingerprint("orders"), "resolved");
    soon().until(() -> told("orders").size() == 5);

    assertThat(told("orders"))
        .containsExactlyInAnyOrder(
            "slack: [critical] orders/production/http is degraded",
            "mail: [critical] orders/production/http is degraded",
            "pagerduty: resolved after 1 trigger: orders/production/http is degraded",
            "slack: [resolved] orders/production/http is degraded",
            "mail: [resolved] orders/production/http is degraded");
    assertThat(facts.await(AlertRaised.class, incident, 1)).hasSize(1);
    assertThat(facts.await(AlertResolved.class, incident, 1)).hasSize(1);
    assertThat(facts.await(NotificationDelivered.class, incident, 6))
        .extracting(NotificationDelivered::destination)
        .doesNotContain(slack.webhook("ops").toString());
    assertThat(open.path("trace").toString()).contains("route 1", "slack is told: fired");
    assertThat(over.path("trace").toString()).contains("the target is healthy again");
  }

  @Test
  @DisplayName("stops reminding, and tells PagerDuty, when an alert is acknowledged")
  void acknowledgement() throws Exception {
    IncidentId incident = facts.degraded("billing");
    String id =
        service
            .awaitAlert(Facts.fingerprint("billing"), "open")
            .path("alert")
            .path("alert")
            .asString();
    soon().until(() -> state(incident).equals("triggered"));
    service.send("POST", "/alerts/%s/acknowledgement".formatted(id), "{\"via\":\"cli\"}");
    soon().until(() -> state(incident).equals("acknowledged"));
    assertThat(facts.await(AlertAcknowledged.class, incident, 1).getFirst().acknowledgedBy())
        .hasToString("alice");
    assertThat(service.alert(Facts.fingerprint("billing")).path("acknowledgedBy").asString())
        .isEqualTo("alice");
  }

  private static List<String> told(String application) {
    List<String> told = new java.util.ArrayList<>();
    slack.messages().stream()
        .filter(message -> message.text().contains(application + "/"))
        .forEach(message -> told.add("slack: " + message.text()));
    mail.mails().stream()
        .filter(message -> message.subject().contains(application + "/"))
        .forEach(message -> told.add("mail: " + message.subject()));
    pagerduty.incidents().stream()
        .filter(incident -> incident.summary().contains(application + "/"))
        .forEach(
            incident ->
                told.add(
                    "pagerduty: %s after %d trigger: %s"
                        .formatted(
                            incident.state(),
                            incident.triggers(),
                            incident.summary().split(":", 2)[0])));
    return told;
  }

  private static String state(IncidentId incident) {
    return pagerduty.incidents().stream()
        .filter(it -> it.dedupKey().equals(incident.toString()))
        .map(FakePagerDuty.Incident::state)
        .findFirst()
        .orElse("unknown");
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
  }

  private static String settings(Path folder) throws Exception {
    Path webhook = folder.resolve("slack-url");
    Path key = folder.resolve("pagerduty-key");
    Files.writeString(webhook, slack.webhook("ops").toString());
    Files.writeString(key, FakePagerDuty.routingKey());
    return """
        fairlead.alert:
          channels:
            slack: {slack: {url: "secret:file:%s"}, fallback: mail}
            mail: {email: {host: 127.0.0.1, port: %d, tls: none, from: a@fairlead.test, to: [ops@fairlead.test]}}
            pager: {pagerduty: {routing-key: "secret:file:%s", url: "%s"}}
          receivers:
            on-call: [slack, mail, pager]
            team: [slack]
          routes:
            - {match: ["severity=critical"], receiver: on-call}
            - {receiver: team}
        """
        .formatted(webhook, mail.port(), key, pagerduty.address());
  }
}
