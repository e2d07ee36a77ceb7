package dev.fairlead.alert.watchdog;

import dev.fairlead.alert.alert.AlertDesk;
import dev.fairlead.alert.alert.Fingerprint;
import dev.fairlead.alert.alert.Signal;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.RecoveryDrillFailed;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.transaction.support.TransactionTemplate;

/** Learns from the facts what to expect and what came, and has an alert raised for what did not. */
public final class BackupWatch {

  private static final String UNNAMED = "its manifest names it no longer";
  private static final List<Class<? extends Event>> UNREPEATED =
      List.of(BackupFailed.class, BackupDrillFailed.class, RecoveryDrillFailed.class);

  private final Expectations expectations;
  private final SeenBackups seen;
  private final AlertDesk desk;
  private final TransactionTemplate transaction;
  private final Clock clock;

  BackupWatch(
      Expectations expectations,
      SeenBackups seen,
      AlertDesk desk,
      TransactionTemplate transaction,
      Clock clock) {
    this.expectations = expectations;
    this.seen = seen;
    this.desk = desk;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Whether it says what to expect, or what came. */
  public boolean wants(Event event) {
    return event instanceof ApplicationApplied
        || event instanceof ApplicationRemoved
        || event instanceof BackupCompleted
        || event instanceof BackupVerified
        || event instanceof BackupCorrupted;
  }

  /** In its reader's transaction. */
  public void on(Envelope fact) {
    Instant now = clock.instant();
    Event event = fact.event();
    switch (event) {
      case ApplicationApplied applied -> expect(applied, now);
      case ApplicationRemoved removed -> forget(removed, now);
      case BackupCompleted done -> {
        seen.completed(done.backup(), done.database(), done.snapshotAt(), now);
        relax(done.database(), now);
      }
      case BackupVerified proof -> {
        seen.verified(proof.backup(), proof.database(), proof.level(), fact.time(), now);
        relax(proof.database(), now);
      }
      case BackupCorrupted bad when Boolean.TRUE.equals(bad.disproved()) ->
          seen.disproved(bad.backup(), bad.database(), fact.time());
      default -> {}
    }
  }

  private void expect(ApplicationApplied applied, Instant now) {
    List<DatabaseId> before = expectations.of(applied.place());
    expectations.replace(applied.place(), applied.databases(), now);
    List<DatabaseId> after = expectations.of(applied.place());
    before.stream().filter(database -> !after.contains(database)).forEach(this::unwatched);
  }

  private void forget(ApplicationRemoved removed, Instant now) {
    Place place = removed.place();
    List<DatabaseId> before = expectations.of(place);
    expectations.replace(place, List.of(), now);
    before.forEach(this::unwatched);
  }

  /** Nobody makes or proves another backup of it, so nothing else could end these. */
  private void unwatched(DatabaseId database) {
    desk.on(new Signal.Clear(fingerprint(database), UNNAMED));
    for (Class<? extends Event> cause : UNREPEATED) {
      desk.on(Signal.Clear.of(cause, database, UNNAMED));
    }
  }

  private void relax(DatabaseId database, Instant now) {
    expectations.locked(database).stream()
        .filter(expected -> expected.missing(now).isEmpty())
        .forEach(
            expected ->
                desk.on(
                    new Signal.Clear(fingerprint(database), there(expected.demands().getFirst()))));
  }

  private static String there(Demand demand) {
    return "%s with the data of %s is there".formatted(demand.wanted(), demand.newest());
  }

  /**
   * Raises an alert for every backup that is missing now.
   *
   * @param informed asked before the first alarm, and outside of any transaction, since Kafka may
   *     take its time: whether the facts so far have been read, or waiting for them is over
   * @return whether any was missing, and so was asked
   */
  public boolean look(BooleanSupplier informed) {
    if (alarms(expectations.all()).isEmpty()) {
      return false;
    }
    if (informed.getAsBoolean()) {
      transaction.executeWithoutResult(_ -> alarms(expectations.locked()).forEach(desk::on));
    }
    return true;
  }

  private List<Signal> alarms(List<Expectation> expectations) {
    Instant now = clock.instant();
    return expectations.stream()
        .flatMap(expected -> expected.missing(now).stream())
        .map(missing -> Alarm.of(missing, now))
        .toList();
  }

  private static Fingerprint fingerprint(DatabaseId database) {
    return Fingerprint.of(Alarm.CAUSE, database);
  }
}
