package dev.fairlead.alert.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.alert.Decision.Notice;
import dev.fairlead.alert.channel.ChannelKind;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.alert.route.Matcher;
import dev.fairlead.alert.route.Route;
import dev.fairlead.alert.route.Routes;
import dev.fairlead.alert.route.Silence;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import dev.fairlead.events.SilenceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The triage of alerts")
class TriageTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Actor ALICE = new Actor("alice");
  private static final Circumstances CALM = new Circumstances(List.of(), List.of());
  private static final IncidentId INCIDENT = IncidentId.startedBy("/test", "1");

  private final Triage triage =
      new Triage(
          new Policy(
              new Routes(
                  List.of(
                      new Route(List.of(Matcher.parse("severity=critical")), "on-call", false),
                      new Route(List.of(), "team", false))),
              List.of(
                  new Inhibition(
                      List.of(Matcher.parse("severity=critical")),
                      List.of(Matcher.parse("severity=warning")),
                      List.of("target"))),
              Map.of("on-call", List.of("pager", "slack"), "team", List.of("slack")),
              Map.of("pager", ChannelKind.PAGERDUTY, "slack", ChannelKind.SLACK),
              Duration.ofHours(4),
              Duration.ofHours(24)));

  @Test
  @DisplayName("a new problem tells the channels of its receivers, each once, and says why")
  void raise() {
    Decision decision = raised(Severity.CRITICAL);
    assertThat(decision.notices())
        .containsExactly(
            new Notice("pager", "on-call", NoticeKind.FIRED),
            new Notice("slack", "on-call", NoticeKind.FIRED));
    assertThat(decision.events()).singleElement().isInstanceOf(AlertRaised.class);
    assertThat(decision.alert().remindAt()).isEqualTo(NOW.plus(Duration.ofHours(4)));
    assertThat(trace(decision)).contains("route 1 matched [severity=critical]: receiver on-call");
  }

  @Test
  @DisplayName("the same problem again tells nobody")
  void deduplicate() {
    Alert known = raised(Severity.CRITICAL).alert();
    Decision again = triage.repeat(known, problem(Severity.CRITICAL), CALM, NOW.plusSeconds(9));
    assertThat(again.notices()).isEmpty();
    assertThat(again.events()).isEmpty();
    assertThat(again.alert().occurrences()).isEqualTo(2);
    assertThat(again.alert().lastSeenAt()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  @DisplayName("a problem that gets more urgent is told again, acknowledged or not")
  void worsen() {
    Alert known = raised(Severity.WARNING).alert();
    Alert taken = triage.acknowledge(known, ALICE, "cli", Map.of(), NOW).alert();
    Decision worse = triage.repeat(taken, problem(Severity.CRITICAL), CALM, NOW);
    assertThat(worse.notices())
        .extracting(Notice::kind)
        .containsExactly(NoticeKind.WORSENED, NoticeKind.WORSENED);
    assertThat(worse.alert().state()).isEqualTo(new AlertState.Open());
    assertThat(worse.alert().revision()).isGreaterThan(taken.revision());
  }

  @Test
  @DisplayName("a silence keeps an alert back, and its end lets it go")
  void silence() {
    Circumstances silenced = new Circumstances(List.of(silence(NOW.plusSeconds(60))), List.of());
    Decision kept =
        triage.raise(
            id(), problem(Severity.CRITICAL), Labels.of(Map.of("target", "x")), silenced, NOW);
    assertThat(kept.notices()).isEmpty();
    assertThat(kept.events()).as("it is an alert all the same").hasSize(1);
    assertThat(kept.alert().suppressed()).contains("silenced until", "alice", "load test");
    assertThat(triage.reconsider(kept.alert(), silenced, NOW.plusSeconds(59)).notices()).isEmpty();
    Decision free = triage.reconsider(kept.alert(), silenced, NOW.plusSeconds(60));
    assertThat(free.notices()).hasSize(2);
    assertThat(free.alert().suppressed()).isNull();
  }

  @Test
  @DisplayName("an open critical alert of the same target inhibits a warning")
  void inhibition() {
    Alert critical = raised(Severity.CRITICAL).alert();
    Circumstances around = new Circumstances(List.of(), List.of(critical));
    Decision kept =
        triage.raise(
            AlertId.raisedBy("/test", "2"),
            problem(Severity.WARNING),
            Labels.of(Map.of("target", "x")),
            around,
            NOW);
    assertThat(kept.notices()).isEmpty();
    assertThat(kept.alert().suppressed()).contains("inhibited by alert " + critical.id());
  }

  @Test
  @DisplayName("what is read a day late wakes nobody")
  void stale() {
    Decision late =
        triage.raise(
            id(),
            problem(Severity.CRITICAL),
            Labels.of(Map.of()),
            CALM,
            NOW.plus(Duration.ofHours(25)));
    assertThat(late.notices()).isEmpty();
    assertThat(late.alert().suppressed()).isEqualTo("it was 1 d 1 h old when it was read");
  }

  @Test
  @DisplayName("an acknowledged alert stops reminding; PagerDuty is told, Slack is not")
  void acknowledge() {
    Alert open = raised(Severity.CRITICAL).alert();
    Decision decision =
        triage.acknowledge(open, ALICE, "cli", Map.of("pager", "on-call", "slack", "on-call"), NOW);
    assertThat(decision.notices())
        .containsExactly(new Notice("pager", "on-call", NoticeKind.ACKNOWLEDGED));
    assertThat(decision.alert().remindAt()).isNull();
  }

  @Test
  @DisplayName("a reminder goes to those who have a use for it, and sets the next")
  void remind() {
    Alert open = raised(Severity.CRITICAL).alert();
    Instant later = NOW.plus(Duration.ofHours(4));
    Decision decision = triage.remind(open, CALM, later);
    assertThat(decision.notices())
        .containsExactly(new Notice("slack", "on-call", NoticeKind.REMINDER));
    assertThat(decision.alert().remindAt()).isEqualTo(later.plus(Duration.ofHours(4)));
    Circumstances silenced = new Circumstances(List.of(silence(later.plusSeconds(9))), List.of());
    assertThat(triage.remind(open, silenced, later).notices()).isEmpty();
  }

  @Test
  @DisplayName("an end is told to those who were told, and only to them")
  void resolve() {
    Alert open = raised(Severity.CRITICAL).alert();
    Instant end = NOW.plusSeconds(200);
    Decision decision = triage.resolve(open, "healthy", Map.of("slack", "on-call"), false, end);
    assertThat(decision.notices())
        .containsExactly(new Notice("slack", "on-call", NoticeKind.RESOLVED));
    assertThat(decision.events())
        .containsExactly(new AlertResolved(open.id(), INCIDENT, "healthy", 260_000));
    assertThat(triage.resolve(open, "healthy", Map.of(), false, end).notices()).isEmpty();
  }

  @Test
  @DisplayName(
      "PagerDuty, where an incident is one, is resolved with the last alert of the incident")
  void siblings() {
    Alert open = raised(Severity.CRITICAL).alert();
    Map<String, String> told = Map.of("pager", "on-call");
    assertThat(triage.resolve(open, "healthy", told, true, NOW).notices()).isEmpty();
    assertThat(triage.resolve(open, "healthy", told, false, NOW).notices()).hasSize(1);
  }

  private Decision raised(Severity severity) {
    return triage.raise(id(), problem(severity), Labels.of(Map.of("target", "x")), CALM, NOW);
  }

  private static AlertId id() {
    return AlertId.raisedBy("/test", "1");
  }

  private static Problem problem(Severity severity) {
    return new Problem(
        new Fingerprint("health-degraded:x"),
        INCIDENT,
        severity,
        "health-degraded",
        new Words("x is degraded", "HTTP 500", "Look."),
        Labels.of(Map.of("target", "x")),
        NOW.minusSeconds(60));
  }

  private static Silence silence(Instant end) {
    return new Silence(
        SilenceId.of("0199aaaa-0000-7000-8000-000000000001"),
        List.of(Matcher.parse("alertname=health-degraded")),
        NOW,
        end,
        ALICE,
        "load test");
  }

  private static List<String> trace(Decision decision) {
    return decision.trace().stream().map(Decision.Finding::finding).toList();
  }
}
