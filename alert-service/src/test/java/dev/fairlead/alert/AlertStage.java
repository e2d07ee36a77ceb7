package dev.fairlead.alert;

import static org.awaitility.Awaitility.await;

import dev.fairlead.alert.channel.Vendor;
import dev.fairlead.events.IncidentId;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.FakeSlack;
import dev.fairlead.stack.MailCatcher;
import dev.fairlead.stack.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.JsonNode;

/**
 * The whole service on a real broker, a real database and channels that enforce their limits; one
 * for all tests of a run, which keep apart by the applications they name.
 */
final class AlertStage {

  private static final AlertStage SHARED = new AlertStage();

  private final FakeSlack slack;
  private final FakePagerDuty pagerduty;
  private final MailCatcher mail;
  private final Map<String, Vendor> vendors = new TreeMap<>();
  private final AlertProcess service;
  private final AlertFacts facts;

  private AlertStage() {
    try {
      Path folder = Files.createTempDirectory("alert-stage-");
      slack = FakeSlack.start(Ports.free());
      pagerduty = FakePagerDuty.start(Ports.free());
      mail = MailCatcher.start(Ports.free());
      facts = new AlertFacts();
      for (String name : List.of("down", "throttled", "gone", "broken", "killed")) {
        vendors.put(name, new Vendor());
      }
      service = AlertProcess.start(folder, settings(folder));
    } catch (Exception e) {
      throw new IllegalStateException("the stage cannot be set", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::strike));
  }

  static AlertStage shared() {
    return SHARED;
  }

  /** Not in order: its neighbours end at the same moment. */
  private void strike() {
    try {
      service.kill();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  AlertProcess service() {
    return service;
  }

  AlertFacts facts() {
    return facts;
  }

  FakeSlack slack() {
    return slack;
  }

  Vendor vendor(String channel) {
    return Objects.requireNonNull(vendors.get(channel));
  }

  /** Of the alert about this application: channel and state, in order of planning. */
  List<String> notifications(String application) throws Exception {
    List<String> lines = new ArrayList<>();
    String id = service.alert(AlertFacts.fingerprint(application)).path("alert").asString();
    for (JsonNode row : service.get("/alerts/" + id).path("notifications")) {
      lines.add(row.path("channel").asString() + " " + row.path("state").asString());
    }
    return lines;
  }

  /** What people were told about this application, on all channels. */
  List<String> told(String application) {
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

  /** As PagerDuty shows it. */
  String state(IncidentId incident) {
    return pagerduty.incidents().stream()
        .filter(it -> it.dedupKey().equals(incident.toString()))
        .map(FakePagerDuty.Incident::state)
        .findFirst()
        .orElse("unknown");
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
  }

  private String settings(Path folder) throws Exception {
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
