package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.RestoreId;
import java.sql.Connection;
import java.sql.SQLException;
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
  private static final String SESSION = "fairlead-backup kept";

  private final Restores restores;
  private final Databases databases;
  private final DatabaseLogin login;
  private final @Nullable Duration keep;
  private final Clock clock;

  KeptDatabases(
      Restores restores,
      Databases databases,
      DatabaseLogin login,
      BackupSettings settings,
      Clock clock) {
    this.restores = restores;
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
   * @throws BackupFailure when its server refuses
   */
  Optional<String> drop(RestoreId id) {
    Optional<Restore> kept = all().stream().filter(restore -> restore.id().equals(id)).findFirst();
    kept.ifPresent(this::drop);
    return kept.map(Restore::keptAs);
  }

  private void drop(Restore restore) {
    String name = Objects.requireNonNull(restore.keptAs(), "one that was kept has a name");
    Optional<KnownDatabase> database = databases.find(restore.database());
    if (database.isPresent()) {
      DatabaseAccess maintenance = login.forRestore(database.get()).toDatabase("postgres");
      try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
        new TemporaryDatabase(connection, name).drop();
      } catch (SQLException e) {
        throw PostgresFailures.classify(maintenance, e);
      }
    }
    restores.keptIsDropped(restore.id(), clock.instant());
    log.info("restore={} kept={} next=dropped", restore.id(), name);
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
