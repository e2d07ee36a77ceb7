package dev.fairlead.alert.alert;

import dev.fairlead.alert.channel.Bulletin;
import dev.fairlead.alert.channel.Spans;
import dev.fairlead.alert.notification.Notification;
import dev.fairlead.alert.notification.Notifications;
import dev.fairlead.alert.notification.Workers;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.alert.route.Silences;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The only doer: loads, lets the triage decide, and saves the alert, its notifications, its reasons
 * and its events in one transaction. Channels learn of it after the commit.
 */
public final class AlertDesk {

  private static final Logger LOG = LoggerFactory.getLogger(AlertDesk.class);

  private final Triage triage;
  private final Inhibitors inhibitors;
  private final Alerts alerts;
  private final Places places;
  private final Silences silences;
  private final Notifications notifications;
  private final Workers workers;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Duration lapseAfter;
  private final URI console;

  AlertDesk(
      Policy policy,
      Alerts alerts,
      Places places,
      Silences silences,
      Notifications notifications,
      Workers workers,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock,
      Duration lapseAfter,
      URI console) {
    this.triage = new Triage(policy);
    this.inhibitors = new Inhibitors(policy.inhibitions(), alerts);
    this.alerts = alerts;
    this.places = places;
    this.silences = silences;
    this.notifications = notifications;
    this.workers = workers;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
    this.lapseAfter = lapseAfter;
    this.console = console;
  }

  /** A fact from another service; in its reader's transaction, or in one of its own. */
  public void on(Envelope fact) {
    transaction.executeWithoutResult(
        status -> {
          switch (fact.event()) {
            case ApplicationApplied applied -> places.put(applied);
            case ApplicationRemoved removed -> places.remove(removed.place());
            default -> Signals.of(fact).forEach(signal -> on(signal, fact));
          }
        });
  }

  /** What this service noticed by itself. What is known already is not told again. */
  public void on(Signal signal) {
    transaction.executeWithoutResult(
        status -> {
          if (signal instanceof Signal.Raise raise && known(raise.problem())) {
            return;
          }
          on(signal, null);
        });
  }

  private boolean known(Problem problem) {
    return alerts
        .lockedOpen(problem.fingerprint())
        .filter(open -> open.severity().compareTo(problem.severity()) <= 0)
        .isPresent();
  }

  /** Empty if there is no such alert; one that is acknowledged or over stays as it is. */
  public Optional<Alert> acknowledge(AlertId id, Actor by, String via) {
    return transaction.execute(
        status ->
            alerts
                .locked(id)
                .map(
                    alert -> {
                      if (alert.over() || alert.acknowledged()) {
                        return alert;
                      }
                      Instant now = clock.instant();
                      return carryOut(
                          triage.acknowledge(alert, by, via, notifications.told(id), now),
                          null,
                          now);
                    }));
  }

  /** Tells again what is open and nobody has acknowledged. */
  void remind() {
    transaction.executeWithoutResult(
        status -> {
          Instant now = clock.instant();
          for (Alert alert : alerts.lockedForReminder(now)) {
            carryOut(triage.remind(alert, circumstances(alert, now), now), null, now);
          }
        });
  }

  /** Something that kept alerts from being told has ended: looks at all of those again. */
  public void reconsider() {
    UUID after = null;
    do {
      after = reconsiderSome(after);
    } while (after != null);
  }

  private @Nullable UUID reconsiderSome(@Nullable UUID after) {
    return transaction.execute(
        status -> {
          List<Alert> kept = alerts.lockedSuppressed(after);
          Instant now = clock.instant();
          for (Alert alert : kept) {
            carryOut(triage.reconsider(alert, circumstances(alert, now), now), null, now);
          }
          return kept.isEmpty() ? null : kept.getLast().id().value();
        });
  }

  private void on(Signal signal, @Nullable Envelope fact) {
    Instant now = clock.instant();
    switch (signal) {
      case Signal.Raise raise -> carryOut(raised(raise.problem(), fact, now), fact, now);
      case Signal.Clear clear ->
          alerts
              .lockedOpenParts(clear.fingerprint())
              .forEach(alert -> resolve(alert, clear.reason(), fact, now));
    }
  }

  private Decision raised(Problem problem, @Nullable Envelope fact, Instant now) {
    return alerts
        .lockedOpen(problem.fingerprint())
        .map(known -> repeated(known, problem, now))
        .orElseGet(() -> newlyRaised(problem, fact, now));
  }

  private Decision repeated(Alert known, Problem problem, Instant now) {
    Circumstances around = circumstances(known.worsened(problem.severity()), now);
    return triage.repeat(known, problem, around, now);
  }

  private Decision newlyRaised(Problem problem, @Nullable Envelope fact, Instant now) {
    AlertId id = fact == null ? AlertId.random() : AlertId.raisedBy(fact.source(), fact.id());
    Labels labels = places.completed(problem.labels());
    Alert alert = Alert.raised(id, problem, labels, now);
    return triage.raise(id, problem, labels, circumstances(alert, now), now);
  }

  /** Resolves what is no longer reported and whose end nothing else would report. */
  void lapse() {
    transaction.executeWithoutResult(
        status -> {
          Instant now = clock.instant();
          String reason = "not reported for " + Spans.words(lapseAfter);
          alerts
              .lockedUnseenSince(now.minus(lapseAfter), Signals.LAPSING)
              .forEach(alert -> resolve(alert, reason, null, now));
        });
  }

  private void resolve(Alert alert, String reason, @Nullable Envelope fact, Instant now) {
    Decision decision =
        triage.resolve(
            alert, reason, notifications.told(alert.id()), alerts.othersOpen(alert), now);
    carryOut(decision, fact, now);
    if (inhibitors.mayInclude(alert)) {
      reconsider();
    }
  }

  /**
   * @param alert as it is to be judged
   */
  private Circumstances circumstances(Alert alert, Instant now) {
    return new Circumstances(silences.inForce(now), inhibitors.of(alert).stream().toList());
  }

  private Alert carryOut(Decision decision, @Nullable Envelope fact, Instant now) {
    Alert alert = decision.alert();
    alerts.save(alert);
    alerts.note(alert.id(), decision.trace(), now);
    Bulletin bulletin = bulletin(alert);
    Instant causedAt = fact == null ? now : fact.time();
    for (Decision.Notice notice : decision.notices()) {
      notifications.plan(
          Notification.about(
              bulletin,
              alert.revision(),
              notice.channel(),
              notice.receiver(),
              notice.kind(),
              causedAt),
          now);
    }
    decision
        .events()
        .forEach(
            event -> {
              Envelope envelope = Envelope.of("alert", now, event).correlatedBy(alert.incident());
              outbox.append(fact == null ? envelope : envelope.causedBy(fact));
            });
    if (!decision.trace().isEmpty()) {
      LOG.info(
          "alert={} incident={} {} {} notices={} because {}",
          alert.id(),
          alert.incident(),
          alert.fingerprint(),
          alert.state().word(),
          decision.notices().size(),
          decision.trace().getFirst().finding());
    }
    wakeAfterCommit();
    return alert;
  }

  private Bulletin bulletin(Alert alert) {
    AlertState.Resolved over = alert.state() instanceof AlertState.Resolved it ? it : null;
    AlertState.Acknowledged taken = alert.state() instanceof AlertState.Acknowledged it ? it : null;
    return new Bulletin(
        alert.id(),
        alert.incident(),
        alert.severity(),
        alert.cause(),
        alert.words(),
        alert.routingLabels(),
        alert.since(),
        taken == null ? null : taken.by(),
        over == null ? null : over.at(),
        over == null ? null : over.reason(),
        console.resolve("/alerts/" + alert.id()).toString());
  }

  private void wakeAfterCommit() {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            workers.wake();
          }
        });
  }
}
