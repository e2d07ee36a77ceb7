package dev.fairlead.alert.alert;

import dev.fairlead.alert.alert.Decision.Finding;
import dev.fairlead.alert.alert.Decision.Notice;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.alert.channel.Spans;
import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.alert.route.Routes;
import dev.fairlead.alert.route.Silence;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertEvent;
import dev.fairlead.events.AlertEvent.AlertAcknowledged;
import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** WHAT HAPPENS NEXT: decides on alerts. Pure; the same input gives the same decision. */
public final class Triage {

  private final Policy policy;

  public Triage(Policy policy) {
    this.policy = policy;
  }

  /** A problem nobody knew of. */
  public Decision raise(
      AlertId id, Problem problem, Labels labels, Circumstances around, Instant now) {
    Alert alert = Alert.raised(id, problem, labels, now);
    List<Finding> trace = new ArrayList<>();
    trace.add(new Finding("raise", "%s: %s".formatted(alert.cause(), alert.fingerprint())));
    return judged(alert, NoticeKind.FIRED, around, now, List.of(raised(alert)), trace);
  }

  /** A problem that is known: told again only if it is more urgent than it was. */
  public Decision repeat(Alert known, Problem problem, Circumstances around, Instant now) {
    Alert alert = known.seenAgain(problem, now);
    List<Finding> trace = new ArrayList<>();
    if (problem.severity().compareTo(known.severity()) >= 0) {
      trace.add(
          new Finding(
              "deduplicate",
              "occurrence %d of an open alert: nobody is told again"
                  .formatted(alert.occurrences())));
      return new Decision(alert, List.of(), List.of(), trace);
    }
    trace.add(
        new Finding(
            "raise",
            "severity rises from %s to %s".formatted(known.severity(), problem.severity())));
    Alert worse = alert.worsened(problem.severity()).nextRevision();
    return judged(worse, NoticeKind.WORSENED, around, now, List.of(raised(worse)), trace);
  }

  /** What kept it from being told may have ended. */
  public Decision reconsider(Alert kept, Circumstances around, Instant now) {
    if (suppression(kept, around, now).isPresent()) {
      return new Decision(kept, List.of(), List.of(), List.of());
    }
    List<Finding> trace = new ArrayList<>();
    trace.add(new Finding("suppress", "no longer: %s".formatted(kept.suppressed())));
    return judged(kept, NoticeKind.FIRED, around, now, List.of(), trace);
  }

  /** It is still open and nobody has acknowledged it. */
  public Decision remind(Alert alert, Circumstances around, Instant now) {
    List<Finding> trace = new ArrayList<>();
    trace.add(new Finding("remind", "open for %s".formatted(Spans.words(alert.lasted(now)))));
    Optional<String> suppression = suppression(alert, around, now);
    if (suppression.isPresent()) {
      trace.add(new Finding("suppress", suppression.get()));
      return new Decision(alert.told(nextReminder(now)), List.of(), List.of(), trace);
    }
    return told(alert.nextRevision(), NoticeKind.REMINDER, now, List.of(), trace);
  }

  /**
   * @param told the channels that have been told of it, and by which receiver
   */
  public Decision acknowledge(
      Alert alert, Actor by, String via, Map<String, String> told, Instant now) {
    Alert taken = alert.in(new AlertState.Acknowledged(by, now, via)).nextRevision();
    List<Finding> trace = new ArrayList<>();
    trace.add(new Finding("acknowledge", "by %s via %s: reminders stop".formatted(by, via)));
    AlertEvent event = new AlertAcknowledged(alert.id(), alert.incident(), by, via);
    return answered(taken, NoticeKind.ACKNOWLEDGED, told, Set.of(), List.of(event), trace);
  }

  /**
   * @param told the channels that have been told of it: they, and only they, learn that it is over
   * @param siblings whether other alerts of the same incident are still open
   */
  public Decision resolve(
      Alert alert, String reason, Map<String, String> told, boolean siblings, Instant now) {
    Alert over = alert.in(new AlertState.Resolved(now, reason)).nextRevision();
    List<Finding> trace = new ArrayList<>();
    trace.add(
        new Finding("resolve", "%s, after %s".formatted(reason, Spans.words(over.lasted(now)))));
    AlertEvent event =
        new AlertResolved(alert.id(), alert.incident(), reason, over.lasted(now).toMillis());
    return answered(
        over,
        NoticeKind.RESOLVED,
        told,
        siblings ? incidentChannels() : Set.of(),
        List.of(event),
        trace);
  }

  private Decision judged(
      Alert alert,
      NoticeKind kind,
      Circumstances around,
      Instant now,
      List<AlertEvent> events,
      List<Finding> trace) {
    Optional<String> suppression = suppression(alert, around, now);
    if (suppression.isPresent()) {
      trace.add(new Finding("suppress", suppression.get()));
      return new Decision(alert.suppressedBy(suppression.get()), List.of(), events, trace);
    }
    return told(alert, kind, now, events, trace);
  }

  private Decision told(
      Alert alert, NoticeKind kind, Instant now, List<AlertEvent> events, List<Finding> trace) {
    Routes.Answer answer = policy.routes().receiversOf(alert.routingLabels());
    answer.findings().forEach(finding -> trace.add(new Finding("route", finding)));
    Map<String, Notice> notices = new LinkedHashMap<>();
    for (String receiver : answer.receivers()) {
      for (String channel : policy.receivers().getOrDefault(receiver, List.of())) {
        if (hears(channel, kind, trace)) {
          notices.putIfAbsent(channel, new Notice(channel, receiver, kind));
        }
      }
    }
    notices.values().forEach(notice -> trace.add(notified(notice)));
    return new Decision(
        alert.told(nextReminder(now)), List.copyOf(notices.values()), events, trace);
  }

  /** Tells the channels that know of the alert what became of it. */
  private Decision answered(
      Alert alert,
      NoticeKind kind,
      Map<String, String> told,
      Set<String> spared,
      List<AlertEvent> events,
      List<Finding> trace) {
    List<Notice> notices = new ArrayList<>();
    told.forEach(
        (channel, receiver) -> {
          if (spared.contains(channel)) {
            trace.add(
                new Finding(
                    "notify", channel + " is not told yet: its incident has other open alerts"));
          } else if (hears(channel, kind, trace)) {
            notices.add(new Notice(channel, receiver, kind));
          }
        });
    notices.forEach(notice -> trace.add(notified(notice)));
    if (told.isEmpty()) {
      trace.add(new Finding("notify", "nobody was told of it, so nobody is told of this"));
    }
    return new Decision(alert, notices, events, trace);
  }

  private Optional<String> suppression(Alert alert, Circumstances around, Instant now) {
    return silenced(alert, around, now).or(() -> inhibited(alert, around)).or(() -> stale(alert));
  }

  private static Optional<String> silenced(Alert alert, Circumstances around, Instant now) {
    Labels labels = alert.routingLabels();
    return around.silences().stream()
        .filter(silence -> silence.covers(labels, now))
        .findFirst()
        .map(Triage::words);
  }

  private static String words(Silence silence) {
    return "silenced until %s by %s: %s (%s)"
        .formatted(silence.endsAt(), silence.createdBy(), silence.comment(), silence.id());
  }

  private Optional<String> inhibited(Alert alert, Circumstances around) {
    Labels labels = alert.routingLabels();
    for (Inhibition rule : policy.inhibitions()) {
      for (Alert other : around.open()) {
        if (!other.id().equals(alert.id()) && rule.mutes(labels, other.routingLabels())) {
          return Optional.of("inhibited by alert %s: %s".formatted(other.id(), rule));
        }
      }
    }
    return Optional.empty();
  }

  /** After a long outage of this service, what is long past wakes nobody. */
  private Optional<String> stale(Alert alert) {
    Duration age = Duration.between(alert.since(), alert.raisedAt());
    return age.compareTo(policy.ignoreOlderThan()) > 0
        ? Optional.of("it was %s old when it was read".formatted(Spans.words(age)))
        : Optional.empty();
  }

  private boolean hears(String channel, NoticeKind kind, List<Finding> trace) {
    boolean hears =
        Optional.ofNullable(policy.channels().get(channel))
            .map(known -> known.hears(kind))
            .orElse(false);
    if (!hears) {
      trace.add(
          new Finding(
              "notify", "%s is not told: it has no use for %s".formatted(channel, kind.word())));
    }
    return hears;
  }

  /** Channels where all alerts of an incident are one: resolved with the last of them. */
  private Set<String> incidentChannels() {
    return policy.channels().entrySet().stream()
        .filter(entry -> entry.getValue().onePerIncident())
        .map(Map.Entry::getKey)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  private @Nullable Instant nextReminder(Instant now) {
    return policy.remindEvery().isZero() ? null : now.plus(policy.remindEvery());
  }

  private static Finding notified(Notice notice) {
    return new Finding(
        "notify",
        "%s is told: %s (receiver %s)"
            .formatted(notice.channel(), notice.kind().word(), notice.receiver()));
  }

  private static AlertEvent raised(Alert alert) {
    return new AlertRaised(
        alert.id(),
        alert.incident(),
        alert.severity(),
        alert.words().title(),
        alert.words().summary(),
        alert.labels().values(),
        alert.fingerprint().value(),
        alert.cause());
  }
}
