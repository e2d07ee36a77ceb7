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
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Drops the databases that restores filled, failed with and could not drop themselves. It is one of
 * these by a name that only its restore gives.
 */
@Component
public class LeftDatabases {

  private static final Logger log = LoggerFactory.getLogger(LeftDatabases.class);
  private static final String SESSION = "fairlead-backup sweep";
  private static final Duration LONG = Duration.ofDays(7);

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
        later(restore, e.sentence(), restore.temporary() == null && isLongAgo(restore));
      }
    }
  }

  private void sweep(Restore restore, KnownDatabase database) {
    DatabaseAccess maintenance = login.forRestore(database).toDatabase("postgres");
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      String target = Objects.requireNonNullElse(restore.newDatabase(), database.name());
      sweep(restore, target, connection);
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  private void sweep(Restore restore, String target, Connection connection) throws SQLException {
    DatabaseIdentity left = restore.temporary();
    String server = left == null ? null : left.server();
    String found = SystemIdentifier.of(connection);
    if (DatabaseIdentity.isElsewhere(server, found)) {
      String why = "what it left is on server %s, and there is %s".formatted(server, found);
      later(restore, why, isLongAgo(restore));
      return;
    }
    Optional<String> name = left == null ? Optional.empty() : left.name(connection);
    if (restore.restoredInto() == null && isDone(restore, target, name, connection)) {
      return;
    }
    String ending = RestoreOrder.temporaryEnding(restore.id());
    drop(restore, connection, name.filter(it -> it.endsWith(ending)));
    drop(restore, connection, Optional.of(RestoreOrder.named(target, ending)));
    if ((server != null && server.equals(found)) || isLongAgo(restore)) {
      restores.temporaryIsGone(restore.id(), clock.instant());
    }
  }

  /**
   * Whether it was done although it was told as failed; what it replaced counts as kept then. Only
   * its end can have given the name that it reserved. The database that it noted may have been a
   * warm copy, which another restore took after it.
   *
   * @param name that the database it filled has now
   */
  private boolean isDone(
      Restore restore, String target, Optional<String> name, Connection connection)
      throws SQLException {
    Optional<DatabaseIdentity> kept =
        restore.keptAs() == null
            ? Optional.empty()
            : DatabaseIdentity.of(connection, restore.keptAs());
    boolean isTarget = name.filter(target::equals).isPresent() && !restores.isAnothers(restore);
    if (kept.isEmpty() && !isTarget) {
      return false;
    }
    kept.ifPresent(it -> restores.keptAfterAll(restore.id(), it));
    restores.temporaryIsGone(restore.id(), clock.instant());
    log.warn(
        "restore={} into={} kept={} next=none it was done, although it was told as failed",
        restore.id(),
        target,
        kept.isPresent() ? restore.keptAs() : "-");
    return true;
  }

  /** Its oid was not written down where it died too early; its name nobody else gives. */
  private static void drop(Restore restore, Connection connection, Optional<String> name)
      throws SQLException {
    if (name.isPresent() && DatabaseIdentity.of(connection, name.get()).isPresent()) {
      new TemporaryDatabase(connection, name.get()).drop();
      log.info("restore={} database={} next=dropped", restore.id(), name.get());
    }
  }

  /**
   * A server that was built anew, or upgraded by pg_upgrade, never is the old one again.
   *
   * @param over whether it is looked for no more
   */
  private void later(Restore restore, String why, boolean over) {
    log.warn(
        "restore={} database={} next={} {}",
        restore.id(),
        restore.database(),
        over ? "none" : "swept-later",
        why);
    if (over) {
      restores.temporaryIsGone(restore.id(), clock.instant());
    }
  }

  /** Where no server says who it is, it is looked for often enough. */
  private boolean isLongAgo(Restore restore) {
    Instant ended = restore.endedAt();
    return ended != null && ended.plus(LONG).isBefore(clock.instant());
  }
}
