package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.SystemIdentifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Drops the databases that restores filled, failed with and could not drop themselves. It is one of
 * these by its oid, and by a name that only its restore gives.
 */
@Component
public class LeftDatabases {

  private static final Logger log = LoggerFactory.getLogger(LeftDatabases.class);
  private static final String SESSION = "fairlead-backup sweep";

  private final Restores restores;
  private final Databases databases;
  private final DatabaseLogin login;
  private final Clock clock;

  LeftDatabases(Restores restores, Databases databases, DatabaseLogin login, Clock clock) {
    this.restores = restores;
    this.databases = databases;
    this.login = login;
    this.clock = clock;
  }

  /** What cannot be reached now is looked for another time. */
  public void sweep() {
    for (Restore restore : restores.withTemporaryDatabase()) {
      try {
        databases.find(restore.database()).ifPresent(database -> sweep(restore, database));
      } catch (BackupFailure e) {
        log.warn("restore={} next=swept-later {}", restore.id(), e.sentence());
      }
    }
  }

  private void sweep(Restore restore, KnownDatabase database) {
    DatabaseIdentity left = Objects.requireNonNull(restore.temporary(), "these have one");
    DatabaseAccess maintenance = login.forRestore(database).toDatabase("postgres");
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      String found = SystemIdentifier.of(connection);
      if (DatabaseIdentity.isElsewhere(left.server(), found)) {
        log.warn(
            "restore={} next=swept-later what it left is on server {}, and {} is server {}",
            restore.id(),
            left.server(),
            maintenance.address(),
            found);
        return;
      }
      Optional<String> name =
          left.name(connection)
              .filter(it -> it.endsWith(RestoreOrder.temporaryEnding(restore.id())));
      if (name.isPresent()) {
        new TemporaryDatabase(connection, name.get()).drop();
        log.info("restore={} database={} next=dropped", restore.id(), name.get());
      } else {
        noteKept(restore, connection);
      }
      restores.temporaryIsGone(restore.id(), clock.instant());
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  /** Only the end of this restore can have given the name that it reserved. */
  private void noteKept(Restore restore, Connection connection) throws SQLException {
    String name = restore.keptAs();
    if (name == null) {
      return;
    }
    DatabaseIdentity.of(connection, name)
        .ifPresent(
            kept -> {
              restores.keptAfterAll(restore.id(), kept);
              log.warn(
                  "restore={} kept={} next=none it was done, although it was told as failed",
                  restore.id(),
                  name);
            });
  }
}
