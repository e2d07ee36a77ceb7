package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.OwnDatabase.End;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.RestoreId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The databases that restores replaced and kept; each goes when somebody says so, or in time. */
@Component
public class KeptDatabases {

  private static final Logger log = LoggerFactory.getLogger(KeptDatabases.class);

  private final Restores restores;
  private final Backups backups;
  private final Databases databases;
  private final DatabaseLogin login;
  private final @Nullable Duration keep;
  private final Clock clock;

  KeptDatabases(
      Restores restores,
      Backups backups,
      Databases databases,
      DatabaseLogin login,
      BackupSettings settings,
      Clock clock) {
    this.restores = restores;
    this.backups = backups;
    this.databases = databases;
    this.login = login;
    this.keep = settings.keepReplaced();
    this.clock = clock;
  }

  List<Restore> all() {
    return restores.withKeptDatabase();
  }

  /**
   * Drops the database that this restore replaced.
   *
   * @return its name; empty when that restore keeps none
   * @throws BackupFailure when its server refuses, or what has its name now is not it
   */
  Optional<String> drop(RestoreId id) {
    Optional<Restore> kept = find(id);
    kept.ifPresent(this::drop);
    return kept.map(Restore::keptAs);
  }

  /**
   * No longer counts the database that this restore replaced as kept, and leaves it where it is:
   * its server was upgraded or built anew, or is not known any more.
   *
   * @return its name; empty when that restore keeps none
   */
  Optional<String> forget(RestoreId id) {
    Optional<Restore> kept = find(id);
    kept.ifPresent(restore -> restores.keptIsDropped(restore.id(), clock.instant()));
    kept.ifPresent(
        restore -> log.info("restore={} kept={} next=forgotten", restore.id(), restore.keptAs()));
    return kept.map(Restore::keptAs);
  }

  private Optional<Restore> find(RestoreId id) {
    return all().stream().filter(restore -> restore.id().equals(id)).findFirst();
  }

  private void drop(Restore restore) {
    String name = Objects.requireNonNull(restore.keptAs(), "one that was kept has a name");
    KnownDatabase database =
        databases
            .find(restore.database())
            .orElseThrow(
                () ->
                    refused(
                        "no applied manifest says where the server of %s is"
                            .formatted(restore.database())));
    DatabaseIdentity kept = restore.kept();
    OwnDatabase own =
        kept == null
            ? new OwnDatabase(name, null, serverOf(restore))
            : new OwnDatabase(name, kept.oid(), kept.server());
    End end = own.drop(login.forRestore(database));
    if (end == End.RENAMED) {
      throw refused("the database that was kept as %s has another name now".formatted(name));
    }
    if (end == End.ELSEWHERE) {
      throw refused("the server that kept %s is not behind its address any more".formatted(name));
    }
    restores.keptIsDropped(restore.id(), clock.instant());
    log.info("restore={} kept={} was={} next=none", restore.id(), name, end);
  }

  /**
   * What an earlier version kept is on the server of its backup, or would not have been replaced.
   */
  private @Nullable String serverOf(Restore restore) {
    BackupId backup = restore.backup();
    return backup == null
        ? null
        : backups
            .find(backup)
            .flatMap(it -> Optional.ofNullable(it.manifest()))
            .map(manifest -> manifest.source().systemIdentifier())
            .orElse(null);
  }

  private static BackupFailure refused(String detail) {
    return new BackupFailure(
        BackupFailureReason.UNKNOWN_DATABASE,
        detail,
        "see with psql --list what is there, drop by hand what is not needed, then forget it:"
            + " fairlead backup drop-kept --forget");
  }

  /** Drops those whose time is up; without such a time they stay until somebody drops them. */
  public void dropWhatIsOld() {
    Duration limit = keep;
    if (limit == null) {
      return;
    }
    Instant now = clock.instant();
    for (Restore restore : all()) {
      Instant ended = restore.endedAt();
      if (ended != null && ended.plus(limit).isBefore(now)) {
        dropLater(restore);
      }
    }
  }

  private void dropLater(Restore restore) {
    try {
      drop(restore);
    } catch (BackupFailure e) {
      log.warn(
          "restore={} kept={} next=tried-later {}", restore.id(), restore.keptAs(), e.sentence());
    }
  }
}
