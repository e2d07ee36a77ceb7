package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.SystemIdentifier;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database that was made or set aside here earlier. It is dropped where it is that very one, and
 * never another that has got its name, or has it on another server.
 *
 * @param name it was left with
 * @param oid absent where an earlier version, or an attempt that died, has not written it down
 * @param server its system identifier; absent where it is not known
 */
public record OwnDatabase(String name, @Nullable Long oid, @Nullable String server) {

  private static final String SESSION = "fairlead-backup drop";

  /** What became of it. */
  public enum End {
    DROPPED,
    /** Somebody has dropped it before. */
    GONE,
    /** It is there, and has another name now. */
    RENAMED,
    /** Another server is behind the address, and has nothing of that name or oid. */
    ELSEWHERE
  }

  /**
   * @param access of a role that may drop it; to any database of the server
   * @throws BackupFailure when the server refuses, or it cannot be it
   */
  public End drop(DatabaseAccess access) {
    DatabaseAccess maintenance = access.toDatabase("postgres");
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      String found = SystemIdentifier.of(connection);
      if (DatabaseIdentity.isElsewhere(server, found)) {
        if (isUnknownTo(connection)) {
          return End.ELSEWHERE;
        }
        throw refused(
            "%s is a database of server %s; behind %s is server %s"
                .formatted(name, server, maintenance.address(), found));
      }
      return drop(connection);
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  private End drop(Connection connection) throws SQLException {
    Optional<DatabaseIdentity> holder = DatabaseIdentity.of(connection, name);
    if (holder.isEmpty()) {
      return isThere(connection) ? End.RENAMED : End.GONE;
    }
    if (oid != null && holder.get().oid() != oid) {
      if (isGone(connection, holder.get())) {
        return End.GONE;
      }
      throw refused(
          "the database %s that is there now has the oid %d; the one that was left has %d"
              .formatted(name, holder.get().oid(), oid));
    }
    new TemporaryDatabase(connection, name).drop();
    return End.DROPPED;
  }

  /** Only a server that says who it is can say that something is gone. */
  private boolean isGone(Connection connection, DatabaseIdentity holder) throws SQLException {
    return server != null && server.equals(holder.server()) && !isThere(connection);
  }

  /** PostgreSQL 15 and later keep the oids of databases when they are upgraded. */
  private boolean isUnknownTo(Connection connection) throws SQLException {
    return DatabaseIdentity.of(connection, name).isEmpty()
        && (oid == null || new DatabaseIdentity(null, oid).name(connection).isEmpty());
  }

  private boolean isThere(Connection connection) throws SQLException {
    return oid != null && new DatabaseIdentity(server, oid).name(connection).isPresent();
  }

  private static BackupFailure refused(String detail) {
    return new BackupFailure(
        BackupFailureReason.UNKNOWN_DATABASE,
        detail,
        "see with psql --list which is which, drop by hand what is not needed, then forget it:"
            + " fairlead backup drop-kept --forget");
  }
}
