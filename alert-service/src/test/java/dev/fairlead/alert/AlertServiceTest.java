package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.alert.channel.Vendor;
import dev.fairlead.events.AlertEvent.AlertAcknowledged;
import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertEvent.NotificationDelivered;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.IncidentId;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.FakeSlack;
import dev.fairlead.stack.MailCatcher;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.ServiceProcess.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
  private static final Map<String, Vendor> vendors = new TreeMap<>();
  private static AlertProcess service;
  private static Facts facts;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    slack = FakeSlack.start(Ports.free());
    pagerduty = FakePagerDuty.start(Ports.free());
    mail = MailCatcher.start(Ports.free());
    facts = new Facts();
    for (String name : List.of("down", "throttled", "gone", "broken", "killed")) {
      vendors.put(name, new Vendor());
    }
    service = AlertProcess.start(folder, settings(folder));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    facts.close();
    vendors.values().forEach(Vendor::close);
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
    assertThat(open.path("trace").toString())
        .contains("matched [severity=critical]: receiver on-call", "slack is told: fired");
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

  @Test
  @DisplayName("what broke and was resolved while a channel was down is one message")
  void combined() throws Exception {
    Vendor vendor = vendor("down");
    vendor.in(Vendor.status(503, "maintenance"));
    IncidentId incident = facts.degraded("down");
    soon().until(() -> !vendor.calls().isEmpty());
    facts.recovered("down", incident);
    service.awaitAlert(Facts.fingerprint("down"), "resolved");
    int refused = vendor.calls().size();
    vendor.in(Vendor.status(200, ""));

    facts.await(NotificationDelivered.class, incident, 1);
    List<Vendor.Call> heard = vendor.calls().subList(refused, vendor.calls().size());
    assertThat(heard.getLast().json().path("notices").toString())
        .isEqualTo("[\"fired\",\"resolved\"]");
    assertThat(notifications("down")).containsExactly("down combined", "down delivered");
  }

  @Test
  @DisplayName("a channel that asks for a pause gets it, to the second")
  void throttled() throws Exception {
    Vendor vendor = vendor("throttled");
    vendor.in(Vendor.status(429, "", "Retry-After", "3"));
    IncidentId incident = facts.degraded("throttled");
    soon().until(() -> !vendor.calls().isEmpty());
    vendor.in(Vendor.status(200, ""));
    facts.await(NotificationDelivered.class, incident, 1);
    assertThat(Duration.between(vendor.calls().get(0).at(), vendor.calls().get(1).at()))
        .isBetween(Duration.ofSeconds(3), Duration.ofMillis(4_500));
  }

  @Test
  @DisplayName("what a channel refuses for good is tried once, and the fallback tells it")
  void refused() throws Exception {
    vendor("gone").in(Vendor.status(410, "gone"));
    facts.degraded("gone");
    soon().until(() -> told("gone").contains("mail: [critical] gone/production/http is degraded"));
    soon().until(() -> notifications("gone").equals(List.of("gone failed", "mail delivered")));
    assertThat(vendor("gone").calls()).hasSize(1);
  }

  @Test
  @DisplayName(
      "after three failures the circuit is open, the fallback tells it, and the channel rests")
  void broken() throws Exception {
    Vendor vendor = vendor("broken");
    vendor.in(Vendor.status(500, "oops"));
    facts.degraded("broken");
    soon().until(() -> !told("broken").isEmpty());
    assertThat(vendor.calls()).hasSize(3);

    facts.degraded("broken-too");
    soon().until(() -> !told("broken-too").isEmpty());
    assertThat(vendor.calls()).as("nothing is sent while the circuit is open").hasSize(3);
    String explained =
        service.awaitAlert(Facts.fingerprint("broken-too"), "open").path("attempts").toString();
    assertThat(explained).contains("handed-over", "to mail, because broken is down (circuit open)");
  }

  @Test
  @DisplayName("a silence keeps alerts back, says so, and its end lets them go")
  void silence() throws Exception {
    String body =
        """
        {"matchers":["application=quiet"],"duration":"2h","comment":"load test"}
        """;
    Answer created = service.send("POST", "/silences", body);
    assertThat(created.status()).isEqualTo(201);
    facts.degraded("quiet");
    JsonNode kept = service.awaitAlert(Facts.fingerprint("quiet"), "open");
    assertThat(kept.path("alert").path("suppressed").asString())
        .contains("silenced until", "by alice: load test");
    assertThat(kept.path("notifications")).isEmpty();

    String id = service.get("/silences").get(0).path("silence").asString();
    assertThat(service.send("DELETE", "/silences/" + id, "").status()).isEqualTo(204);
    soon().until(() -> told("quiet").size() == 3);
    assertThat(service.send("POST", "/silences", body.replace("=", "!=")).status()).isEqualTo(400);
    String until =
        """
        {"matchers":["application=later"],"until":"%s","reason":"database move"}
        """
            .formatted(Instant.now().plusSeconds(600));
    assertThat(service.send("POST", "/silences", until).body().toString())
        .contains("database move");
    assertThat(service.send("POST", "/silences", "{}").status()).isEqualTo(400);
  }

  @Test
  @DisplayName(
      "kill -9 in the middle of sending loses nothing, and what is sent again has the same key")
  void killed() throws Exception {
    Vendor vendor = vendor("killed");
    vendor.in(Vendor.hanging());
    IncidentId sending = facts.degraded("killed");
    soon().until(() -> !vendor.calls().isEmpty());
    service.kill();
    facts.degraded("orders-two");
    vendor.in(Vendor.status(200, ""));
    service.start();

    assertThat(facts.await(NotificationDelivered.class, sending, 1)).hasSize(1);
    assertThat(vendor.calls()).hasSize(2);
    assertThat(vendor.calls())
        .extracting(call -> call.headers().get("idempotency-key"))
        .containsOnly(vendor.calls().getFirst().headers().get("idempotency-key"));
    soon().until(() -> told("orders-two").size() == 3);
  }

  @Test
  @DisplayName("notices by itself that a backup did not come, once, and that one came at last")
  void missingBackup() throws Exception {
    DatabaseId database = new DatabaseId("ledger/production/main");
    String fingerprint = "backup-missing:" + database;
    facts.tell(Backups.expected(database, Instant.now().plusSeconds(3)));
    JsonNode missing = service.awaitAlert(fingerprint, "open").path("alert");
    assertThat(missing.path("summary").asString()).contains("there has been none yet");
    assertThat(missing.path("labels").path("application").asString()).isEqualTo("ledger");

    service.kill();
    service.start();
    BackupId backup = BackupId.random();
    facts.tell(Backups.completed(backup, database));
    facts.tell(Backups.verified(backup, database, ProofLevel.READ_BACK));
    JsonNode over = service.awaitAlert(fingerprint, "resolved").path("alert");
    assertThat(over.path("alert")).as("still the same alert").isEqualTo(missing.path("alert"));
    assertThat(over.path("occurrences").asInt()).isEqualTo(1);
    assertThat(over.path("resolution").asString()).startsWith("a backup that was read back");
  }

  @Test
  @DisplayName("forgets a missing backup when its manifest no longer names the database")
  void noLongerExpected() throws Exception {
    DatabaseId database = new DatabaseId("retired/production/main");
    facts.tell(Backups.expected(database, Instant.now().plusSeconds(2)));
    service.awaitAlert("backup-missing:" + database, "open");
    facts.tell(
        new ApplicationRemoved(new ApplicationName("retired"), new EnvironmentName("production")));
    service.awaitAlert("backup-missing:" + database, "resolved");
  }

  @Test
  @DisplayName("no secret is in the log, in an answer or in an event")
  void secrets() throws Exception {
    IncidentId incident = facts.degraded("discreet");
    facts.await(NotificationDelivered.class, incident, 3);
    String seen = service.log() + service.get("/notifications?limit=1000");
    assertThat(seen).doesNotContain(FakePagerDuty.routingKey(), "/services/T0LOCAL", "hook-key");
  }

  @Test
  @DisplayName("an unknown alert and a resolved one are refused in words")
  void refusals() throws Exception {
    String nobody = "/alerts/0199aaaa-0000-7000-8000-000000000001";
    assertThat(service.send("GET", nobody, "").status()).isEqualTo(404);
    assertThat(service.send("GET", "/alerts/x", "").status()).isEqualTo(404);
    assertThat(service.send("POST", nobody + "/acknowledgement", "").status()).isEqualTo(404);
    assertThat(service.send("GET", "/alerts?state=odd", "").body().toString())
        .contains("Use state=open or state=all.");
  }

  private static Vendor vendor(String channel) {
    return Objects.requireNonNull(vendors.get(channel));
  }

  /** Of the alert about this application: channel and state, in order of planning. */
  private static List<String> notifications(String application) throws Exception {
    List<String> lines = new ArrayList<>();
    String id = service.alert(Facts.fingerprint(application)).path("alert").asString();
    for (JsonNode row : service.get("/alerts/" + id).path("notifications")) {
      lines.add(row.path("channel").asString() + " " + row.path("state").asString());
    }
    return lines;
  }

  private static List<String> told(String application) {
    List<String> told = new ArrayList<>();
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
    Path hookKey = folder.resolve("hook-key");
    Files.writeString(hookKey, "hook-key");
    StringBuilder hooks = new StringBuilder();
    StringBuilder receivers = new StringBuilder();
    StringBuilder routes = new StringBuilder();
    for (Map.Entry<String, Vendor> vendor : vendors.entrySet()) {
      String name = vendor.getKey();
      Path url = folder.resolve(name);
      Files.writeString(url, vendor.getValue().address() + "/hook-key");
      hooks.append(
          "    %s: {webhook: {url: 'secret:file:%s', signing-key: 'secret:file:%s'}, fallback: mail}%n"
              .formatted(name, url, hookKey));
      receivers.append("    %s: [%s]%n".formatted(name, name));
      routes.append("    - {match: ['application=~%s.*'], receiver: %s}%n".formatted(name, name));
    }
    return """
        fairlead.alert:
          channels:
            slack: {slack: {url: "secret:file:%s"}, fallback: mail}
            mail: {email: {host: 127.0.0.1, port: %d, tls: none, from: a@fairlead.test, to: [ops@fairlead.test]}}
            pager: {pagerduty: {routing-key: "secret:file:%s", url: "%s"}}
        %s
          receivers:
            on-call: [slack, mail, pager]
            team: [slack]
        %s
          backups: {grace: 1s}
          routes:
        %s
            - {match: ["severity=critical"], receiver: on-call}
            - {receiver: team}
        """
        .formatted(webhook, mail.port(), key, pagerduty.address(), hooks, receivers, routes);
  }
}
