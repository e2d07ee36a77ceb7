package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.ToldText;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreProgressed;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.RestoreId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The state of restores and what is told of it, in one transaction under the restore's row. */
@Component
public class RestoreLedger {

  private static final Logger log = LoggerFactory.getLogger(RestoreLedger.class);
  private static final Duration SOON = Duration.ofMillis(300);
  static final int MOST_ATTEMPTS = 8;
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  private final Restores restores;
  private final Backups backups;
  private final BackupEntries entries;
  private final Databases databases;
  private final WarmCopies warmCopies;
  private final Outbox outbox;
  private final Clock clock;

  RestoreLedger(
      Restores restores,
      Backups backups,
      BackupEntries entries,
      Databases databases,
      WarmCopies warmCopies,
      Outbox outbox,
      Clock clock) {
    this.restores = restores;
    this.backups = backups;
    this.entries = entries;
    this.databases = databases;
    this.warmCopies = warmCopies;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What there is to do for a restore now. */
  sealed interface Beginning permits Nothing, Wait, Begun {}

  record Nothing() implements Beginning {}

  record Wait(Duration pause) implements Beginning {}

  record Begun(Restore restore, Backup backup, KnownDatabase database, int attempt, String keptAs)
      implements Beginning {}

  @Transactional
  Beginning begin(RestoreId id) {
    Optional<Restore> found = restores.lock(id).filter(restore -> !restore.state().hasEnded());
    if (found.isEmpty()) {
      return new Nothing();
    }
    Restore restore = found.get();
    try {
      KnownDatabase database = databaseOf(restore);
      Backup backup = BackupChoice.of(restore, backups);
      TargetCheck.requireTable(restore.table(), restore.newDatabase(), backup);
      TargetCheck.requireInPlace(restore.withFiles(), restore.newDatabase());
      if (!databases.claim(restore.database(), id.value())) {
        return new Wait(SOON);
      }
      return begun(restore, backup, database);
    } catch (BackupFailure failure) {
      end(restore, failure);
      return new Nothing();
    }
  }

  private Begun begun(Restore restore, Backup backup, KnownDatabase database) {
    if (restore.attempt() >= MOST_ATTEMPTS) {
      throw BackupFailure.interruptedTooOften(MOST_ATTEMPTS, "request the restore again");
    }
    Instant now = clock.instant();
    String keptAs =
        Objects.requireNonNullElseGet(
            restore.keptAs(), () -> nameToKeep(database, restore.id(), now));
    restores.begun(restore.id(), backup.id(), keptAs, now);
    return new Begun(restore, backup, database, restore.attempt() + 1, keptAs);
  }

  /** From a warm copy, two restores may fall into one second. */
  private String nameToKeep(KnownDatabase database, RestoreId id, Instant now) {
    String ending = "_before_" + MOMENT.format(now);
    String name = RestoreOrder.named(database.name(), ending);
    String text = id.toString();
    return restores.isKeptName(name)
        ? RestoreOrder.named(
            database.name(), "%s_%s".formatted(ending, text.substring(text.length() - 6)))
        : name;
  }

  private KnownDatabase databaseOf(Restore restore) {
    return databases
        .find(restore.database())
        .orElseThrow(
            () ->
                new BackupFailure(
                    BackupFailureReason.UNKNOWN_DATABASE,
                    "no applied manifest names database %s".formatted(restore.database()),
                    "apply the manifest of its application (fairlead apply) first"));
  }

  @Transactional
  void progressed(Begun begun, TransferProgress progress) {
    Restore restore = begun.restore();
    if (current(begun).isPresent()) {
      restores.progressed(restore.id(), progress);
      outbox.append(
          restore
              .cause()
              .telling(
                  new RestoreProgressed(
                      restore.id(), restore.database(), restore.deployment(), progress),
                  clock.instant()));
    }
  }

  @Transactional
  void temporary(Begun begun, DatabaseIdentity database) {
    restores.temporary(begun.restore().id(), database);
  }

  /** Told once for each copy, whoever stumbles over it. */
  @Transactional
  void corrupted(Begun begun, String store, String detail) {
    Backup backup = begun.backup();
    if (entries.copyIsDefect(backup.id(), store, detail)) {
      outbox.append(
          begun.restore().cause().telling(backup.corrupted(store, detail), clock.instant()));
    }
  }

  /**
   * The database has been swapped. From now on no attempt touches it again, and however the restore
   * ends, what was replaced is known to be kept.
   */
  @Transactional
  void swapped(Begun begun, Restored restored) {
    if (current(begun).isPresent()) {
      restores.swapped(begun.restore().id(), restored);
      if (restored.store().equals(RestorePipeline.WARM)) {
        warmCopies.remove(begun.backup().id());
      }
    }
  }

  @Transactional
  void completed(Begun begun, Restored restored, List<String> files) {
    Restore restore = begun.restore();
    Optional<Restore> current = current(begun);
    if (current.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    Instant startedAt = Objects.requireNonNullElse(current.get().startedAt(), now);
    restores.completed(restore.id(), restored, files, now);
    databases.release(restore.id().value());
    outbox.append(
        restore
            .cause()
            .telling(
                new RestoreCompleted(
                    restore.id(),
                    begun.backup().id(),
                    restore.database(),
                    restore.deployment(),
                    restored.into(),
                    restored.keptAs(),
                    restored.store(),
                    Duration.between(startedAt, now).toMillis(),
                    restore.withFiles() ? files : null),
                now));
    log.info(
        "restore={} database={} into={} kept-as={} next=none",
        restore.id(),
        restore.database(),
        restored.into(),
        restored.keptAs());
  }

  @Transactional
  void failed(Begun begun, BackupFailure failure) {
    current(begun).ifPresent(restore -> end(restore, failure));
  }

  private void end(Restore restore, BackupFailure failure) {
    String detail = ToldText.of(told(restore, failure));
    String advice = ToldText.of(failure.advice());
    Instant now = clock.instant();
    restores.failed(restore.id(), detail, advice, now);
    databases.release(restore.id().value());
    outbox.append(
        restore
            .cause()
            .telling(
                new RestoreFailed(
                    restore.id(),
                    restore.database(),
                    restore.backup(),
                    restore.deployment(),
                    detail,
                    advice),
                now));
    log.warn(
        "restore={} database={} failed detail={} advice={}",
        restore.id(),
        restore.database(),
        detail,
        advice);
  }

  /** Whoever reads of a failure takes the database for the one before, unless it says so. */
  private static String told(Restore restore, BackupFailure failure) {
    if (restore.restoredInto() == null) {
      return failure.detail();
    }
    String before =
        restore.newDatabase() == null
            ? " (the one before it is %s)".formatted(restore.keptAs())
            : "";
    return "database %s is restored%s, but %s"
        .formatted(restore.restoredInto(), before, failure.detail());
  }

  private Optional<Restore> current(Begun begun) {
    return restores
        .lock(begun.restore().id())
        .filter(now -> now.state() == RestoreState.RESTORING && now.attempt() == begun.attempt());
  }
}
