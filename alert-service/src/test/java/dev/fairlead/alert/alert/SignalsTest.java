package dev.fairlead.alert.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.EventJson;
import dev.fairlead.events.EventTypes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a fact means to alerts")
class SignalsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private static final String DEPLOYMENT =
      """
      "deployment":"0199aaaa-0000-7000-8000-000000000001","application":"orders","environment":"production"\
      """;
  private static final String BACKUP =
      """
      "backup":"0199aaaa-0000-7000-8000-000000000002","database":"orders/production/main"\
      """;

  /** name | the data of the event | severity | fingerprint | title. */
  @ParameterizedTest(name = "{0} raises {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          health-degraded       | {"incident":"0199aaaa-0000-7000-8000-000000000003","target":"orders/production/http","probe":"http","severity":"critical","failures":3,"windowSeconds":120,"firstFailureAt":"2026-11-21T09:58:00Z","reason":"HTTP 500"} | CRITICAL | health-degraded:orders/production/http | orders/production/http is degraded
          health-unknown        | {"target":"orders/production/http","reason":"no network"} | WARNING | health-unknown:orders/production/http | orders/production/http cannot be judged
          certificate-expiring  | {"target":"shop","host":"shop.example.com","notAfter":"2026-12-01T00:00:00Z","daysLeft":10} | WARNING | certificate-expiring:shop | certificate of shop.example.com expires in 10 days
          certificate-expiring  | {"target":"shop","host":"shop.example.com","notAfter":"2026-11-23T00:00:00Z","daysLeft":2} | CRITICAL | certificate-expiring:shop | certificate of shop.example.com expires in 2 days
          performance-regressed | {"target":"orders/production/http","metric":"latency-p95","baseline":80.0,"current":240.0,"unit":"ms"} | WARNING | performance-regressed:orders/production/http#latency-p95 | latency-p95 of orders/production/http is worse than its baseline
          resource-pressure     | {"target":"db-host","resource":"disk","usedPercent":93.4,"limitPercent":90.0,"detail":"/var 1.2 GB left"} | ERROR | resource-pressure:db-host#disk | disk of db-host is at 93 %
          heartbeat-missed      | {"target":"nightly-report","expectedEverySeconds":3600} | ERROR | heartbeat-missed:nightly-report | nightly-report has stopped reporting
          deploy-failed         | {DEPLOYMENT,"version":"3","phase":"verify","reason":"p95 900 ms"} | ERROR | deploy-failed:orders/production | deploy of orders 3 to production failed in verify
          deploy-failed         | {DEPLOYMENT,"version":"3","phase":"rollout","reason":"the router is away","removal":true} | ERROR | deploy-failed:orders/production | orders could not be removed from production
          rollback-triggered    | {DEPLOYMENT,"fromVersion":"3","toVersion":"2","scope":"code","reason":"p95 900 ms","triggeredBy":"fairlead/deployer"} | ERROR | rollback-triggered:orders/production | orders in production is being rolled back from 3 to 2
          rollback-failed       | {DEPLOYMENT,"reason":"no warm set"} | CRITICAL | rollback-failed:orders/production | rollback of orders in production failed
          backup-failed         | {BACKUP,"reason":"store-full","detail":"0 bytes left","advice":"Make room."} | ERROR | backup-failed:orders/production/main | backup of orders/production/main failed: store-full
          backup-corrupted      | {BACKUP,"store":"s3","detail":"part 3 differs"} | CRITICAL | backup-corrupted:orders/production/main | a backup of orders/production/main is corrupt in store s3
          backup-drill-failed   | {BACKUP,"detail":"no initdb","advice":"Install it."} | WARNING | backup-drill-failed:orders/production/main | a backup of orders/production/main could not be drilled
          recovery-drill-failed | {"database":"orders/production/main","store":"s3","detail":"no backup","advice":"Reconcile."} | ERROR | recovery-drill-failed:orders/production/main | orders/production/main may not be recoverable if this machine is lost
          restore-failed        | {"restore":"0199aaaa-0000-7000-8000-000000000004","database":"orders/production/main","detail":"pg_restore 1","advice":"See the log."} | CRITICAL | restore-failed:orders/production/main | restore of orders/production/main failed
          """)
  void raises(String name, String data, String severity, String fingerprint, String title) {
    Problem problem =
        Signals.of(fact(name, data)).stream()
            .filter(Signal.Raise.class::isInstance)
            .map(signal -> ((Signal.Raise) signal).problem())
            .findFirst()
            .orElseThrow();
    assertThat(problem.severity()).hasToString(severity);
    assertThat(problem.fingerprint()).hasToString(fingerprint);
    assertThat(problem.words().title()).isEqualTo(title);
    assertThat(problem.words().advice()).isNotBlank();
    assertThat(problem.cause()).isEqualTo(name);
    if (fingerprint.contains("orders/production")) {
      assertThat(problem.labels().get("application")).isEqualTo("orders");
      assertThat(problem.labels().get("environment")).isEqualTo("production");
    }
  }

  @ParameterizedTest(name = "{0} clears {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          health-recovered   | {"incident":"0199aaaa-0000-7000-8000-000000000003","target":"orders/production/http","downMillis":5} | health-degraded:orders/production/http heartbeat-missed:orders/production/http resource-pressure:orders/production/http performance-regressed:orders/production/http health-unknown:orders/production/http
          deploy-succeeded   | {DEPLOYMENT,"version":"4","durationMillis":5} | deploy-failed:orders/production rollback-triggered:orders/production rollback-failed:orders/production
          removal-completed  | {DEPLOYMENT,"version":"4","durationMillis":5} | deploy-failed:orders/production rollback-triggered:orders/production rollback-failed:orders/production
          rollback-completed | {DEPLOYMENT,"toVersion":"2","scope":"code","durationMillis":5} | rollback-triggered:orders/production rollback-failed:orders/production
          backup-completed   | {BACKUP,"snapshotAt":"2026-11-21T09:00:00Z","completedAt":"2026-11-21T09:01:00Z","sizeBytes":1,"sha256":"00","serverVersion":"15","tables":1,"rows":1,"copies":[]} | backup-failed:orders/production/main backup-corrupted:orders/production/main
          backup-verified    | {BACKUP,"level":"drilled","tablesCompared":1,"rowsCompared":1} | backup-drill-failed:orders/production/main
          recovery-drilled   | {BACKUP,"store":"s3","tablesCompared":1,"rowsCompared":1,"recoveryMillis":5} | recovery-drill-failed:orders/production/main
          restore-completed  | {"restore":"0199aaaa-0000-7000-8000-000000000004",BACKUP,"restoredInto":"main","store":"disk","durationMillis":5} | restore-failed:orders/production/main
          """)
  void clears(String name, String data, String fingerprints) {
    assertThat(Signals.of(fact(name, data)))
        .map(signal -> ((Signal.Clear) signal).fingerprint().value())
        .containsExactlyInAnyOrder(fingerprints.split(" "));
  }

  @Test
  @DisplayName(
      "every failure event of the catalogue raises an alert; a new event needs a decision here")
  void catalogue() {
    Set<String> raising =
        java.util.Arrays.stream(SignalsTest.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("raises"))
            .flatMap(method -> method.getAnnotation(CsvSource.class).textBlock().lines())
            .map(line -> line.split("\\|")[0].strip())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known = new TreeSet<>(raising);
    known.addAll(NO_FAILURES);
    assertThat(EventTypes.all()).map(EventTypes::nameOf).containsExactlyInAnyOrderElementsOf(known);
  }

  /** Requests, successes, steps on the way, decisions of people, and this service's own events. */
  private static final List<String> NO_FAILURES =
      List.of(
          "application-applied",
          "application-removed",
          "deploy-requested",
          "deploy-planned",
          "approval-requested",
          "deploy-approved",
          "deploy-rejected",
          "deploy-queued",
          "deploy-held",
          "deploy-started",
          "deploy-step-completed",
          "removal-completed",
          "traffic-shifted",
          "deploy-succeeded",
          "deploy-cancelled",
          "rollback-completed",
          "instances-scaled",
          "backup-requested",
          "backup-progressed",
          "backup-completed",
          "backup-verified",
          "backup-expired",
          "restore-requested",
          "restore-progressed",
          "recovery-drilled",
          "restore-completed",
          "health-recovered",
          "health-sampled",
          "alert-raised",
          "alert-acknowledged",
          "alert-escalated",
          "alert-resolved",
          "on-call-changed",
          "notification-delivered",
          "notification-failed",
          "silence-created",
          "silence-expired",
          "decision-proposed",
          "decision-accepted",
          "decision-superseded",
          "decision-deprecated",
          "decision-rejected",
          "decision-reaffirmed",
          "decision-review-due",
          "gate-evaluated",
          "decision-state",
          "operation-audited");

  @Test
  @DisplayName("the same fact read twice is the same incident")
  void deterministic() {
    String data =
        """
        {"target":"nightly","expectedEverySeconds":60}
        """;
    Envelope fact = fact("heartbeat-missed", data);
    assertThat(Signals.of(fact)).isEqualTo(Signals.of(fact));
  }

  private static Envelope fact(String name, String data) {
    Class<? extends Event> type =
        EventTypes.find("dev.fairlead.%s.v1".formatted(name)).orElseThrow();
    String json = data.replace("DEPLOYMENT", DEPLOYMENT).replace("BACKUP", BACKUP);
    return Envelope.of("test", NOW, EventJson.read(json.getBytes(StandardCharsets.UTF_8), type));
  }
}
