package dev.fairlead.alert.alert;

import static dev.fairlead.alert.alert.KnownLabels.wordOf;
import static dev.fairlead.events.Severity.CRITICAL;
import static dev.fairlead.events.Severity.ERROR;
import static dev.fairlead.events.Severity.WARNING;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RecoveryDrillFailed;
import dev.fairlead.events.BackupEvent.RecoveryDrilled;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.Envelope;
import java.util.List;

/** What backups and restores mean; a new good backup ends the worry about an older one. */
final class BackupSignals {

  private BackupSignals() {}

  static List<Signal> of(BackupEvent event, Envelope fact) {
    return switch (event) {
      case BackupFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case BackupCorrupted corrupted -> List.of(new Signal.Raise(problem(corrupted, fact)));
      case BackupDrillFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case BackupCompleted completed -> over(completed);
      case BackupVerified verified -> over(verified);
      case RecoveryDrillFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case RecoveryDrilled drilled -> over(drilled);
      case RestoreFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case RestoreCompleted completed -> over(completed);
      default -> List.of();
    };
  }

  private static Problem problem(BackupFailed event, Envelope fact) {
    String reason = wordOf(event.reason());
    Words words =
        new Words(
            "backup of %s failed: %s".formatted(event.database(), reason),
            event.detail(),
            event.advice());
    return Problem.of(
            fact,
            event.database(),
            ERROR,
            words,
            KnownLabels.of(event.database(), event.deployment()).with("reason", reason))
        .within(event.backup().value());
  }

  private static Problem problem(BackupCorrupted event, Envelope fact) {
    Words words =
        new Words(
            "a backup of %s is corrupt in store %s".formatted(event.database(), event.store()),
            "%s (backup %s)".formatted(event.detail(), event.backup()),
            "Make a new backup now with 'fairlead backup run %s --watch', then look for the fault in the store."
                .formatted(event.database()));
    return Problem.of(
            fact,
            event.database(),
            CRITICAL,
            words,
            KnownLabels.of(event.database(), null).with("store", event.store()))
        .within(event.backup().value());
  }

  private static Problem problem(BackupDrillFailed event, Envelope fact) {
    Words words =
        new Words(
            "a backup of %s could not be drilled".formatted(event.database()),
            "%s (backup %s)".formatted(event.detail(), event.backup()),
            event.advice());
    return Problem.of(
            fact,
            event.database(),
            WARNING,
            words,
            KnownLabels.of(event.database(), event.deployment()))
        .within(event.backup().value());
  }

  private static Problem problem(RecoveryDrillFailed event, Envelope fact) {
    Words words =
        new Words(
            "%s may not be recoverable if this machine is lost".formatted(event.database()),
            event.detail(),
            event.advice());
    return Problem.of(fact, event.database(), ERROR, words, KnownLabels.of(event.database(), null));
  }

  private static List<Signal> over(RecoveryDrilled event) {
    return List.of(
        Signal.Clear.of(
            RecoveryDrillFailed.class,
            event.database(),
            "a drill recovered %d rows from store %s"
                .formatted(event.rowsCompared(), event.store())));
  }

  private static Problem problem(RestoreFailed event, Envelope fact) {
    Words words =
        new Words(
            "restore of %s failed".formatted(event.database()), event.detail(), event.advice());
    return Problem.of(
            fact,
            event.database(),
            CRITICAL,
            words,
            KnownLabels.of(event.database(), event.deployment()))
        .within(event.restore().value());
  }

  private static List<Signal> over(BackupCompleted event) {
    String reason = "a new backup is complete, with the data of " + event.snapshotAt();
    return List.of(
        Signal.Clear.of(BackupFailed.class, event.database(), reason),
        Signal.Clear.of(BackupCorrupted.class, event.database(), reason));
  }

  private static List<Signal> over(BackupVerified event) {
    return event.level() == ProofLevel.DRILLED
        ? List.of(
            Signal.Clear.of(
                BackupDrillFailed.class,
                event.database(),
                "a drill restored %d rows".formatted(event.rowsCompared())))
        : List.of();
  }

  private static List<Signal> over(RestoreCompleted event) {
    String reason = "a restore into %s is complete".formatted(event.restoredInto());
    return List.of(Signal.Clear.of(RestoreFailed.class, event.database(), reason));
  }
}
