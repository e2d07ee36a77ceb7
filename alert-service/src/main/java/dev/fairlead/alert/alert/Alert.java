package dev.fairlead.alert.alert;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A problem, from being raised to being resolved.
 *
 * @param since when it broke
 * @param raisedAt when this service learned of it
 * @param occurrences how many facts have reported it
 * @param revision counts what there was to tell; a notification is about one revision
 * @param suppressed why nobody was told; absent once somebody was
 * @param remindAt when it is told again; absent if it is not
 */
public record Alert(
    AlertId id,
    IncidentId incident,
    Fingerprint fingerprint,
    String cause,
    Severity severity,
    Words words,
    Labels labels,
    AlertState state,
    Instant since,
    Instant raisedAt,
    Instant lastSeenAt,
    int occurrences,
    int revision,
    @Nullable String suppressed,
    @Nullable Instant remindAt) {

  static final String CAUSE_LABEL = "alertname";
  static final String SEVERITY_LABEL = "severity";

  static Alert raised(AlertId id, Problem problem, Labels labels, Instant now) {
    return new Alert(
        id,
        problem.incident(),
        problem.fingerprint(),
        problem.cause(),
        problem.severity(),
        problem.words(),
        labels,
        new AlertState.Open(),
        problem.since(),
        now,
        now,
        1,
        1,
        null,
        null);
  }

  /** What routes, silences and inhibitions look at: its labels, its cause and its severity. */
  public Labels routingLabels() {
    return labels
        .with(CAUSE_LABEL, cause)
        .with(SEVERITY_LABEL, severity.name().toLowerCase(Locale.ROOT));
  }

  public boolean over() {
    return state instanceof AlertState.Resolved;
  }

  public boolean acknowledged() {
    return state instanceof AlertState.Acknowledged;
  }

  /** From the break to the end, or to {@code now} while it lasts; never negative. */
  public Duration lasted(Instant now) {
    Instant end = state instanceof AlertState.Resolved resolved ? resolved.at() : now;
    return end.isBefore(since) ? Duration.ZERO : Duration.between(since, end);
  }

  /** The same problem, reported once more: what was seen last counts. */
  Alert seenAgain(Problem problem, Instant now) {
    return new Alert(
        id,
        incident,
        fingerprint,
        cause,
        severity,
        problem.words(),
        labels,
        state,
        since,
        raisedAt,
        now,
        occurrences + 1,
        revision,
        suppressed,
        remindAt);
  }

  /** More urgent than before; who acknowledged it, acknowledged less than this. */
  Alert worsened(Severity worse) {
    return new Alert(
        id,
        incident,
        fingerprint,
        cause,
        worse,
        words,
        labels,
        new AlertState.Open(),
        since,
        raisedAt,
        lastSeenAt,
        occurrences,
        revision,
        suppressed,
        remindAt);
  }

  Alert in(AlertState next) {
    return new Alert(
        id,
        incident,
        fingerprint,
        cause,
        severity,
        words,
        labels,
        next,
        since,
        raisedAt,
        lastSeenAt,
        occurrences,
        revision,
        suppressed,
        null);
  }

  Alert suppressedBy(String reason) {
    return withNotice(revision, reason, null);
  }

  Alert told(@Nullable Instant nextReminder) {
    return withNotice(revision, null, nextReminder);
  }

  Alert nextRevision() {
    return withNotice(revision + 1, suppressed, remindAt);
  }

  private Alert withNotice(
      int nextRevision, @Nullable String suppression, @Nullable Instant reminder) {
    return new Alert(
        id,
        incident,
        fingerprint,
        cause,
        severity,
        words,
        labels,
        state,
        since,
        raisedAt,
        lastSeenAt,
        occurrences,
        nextRevision,
        suppression,
        reminder);
  }
}
