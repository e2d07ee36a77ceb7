package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.restore.RestorePipeline.Witness;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that a restore fills. No session waits while it is filled: the server, or what lies
 * between, may cut one that is idle for long.
 */
final class FilledDatabase {

  private static final Logger log = LoggerFactory.getLogger(FilledDatabase.class);

  private final RestoreOrder order;
  private final DatabaseAccess maintenance;
  private final Witness witness;
  private List<String> notSet = List.of();
  private @Nullable DatabaseIdentity made;

  FilledDatabase(RestoreOrder order, DatabaseAccess maintenance, Witness witness) {
    this.order = order;
    this.maintenance = maintenance;
    this.witness = witness;
  }

  void createAfresh() throws SQLException {
    try (Connection connection = PostgresConnections.open(maintenance, RestorePipeline.SESSION)) {
      TemporaryDatabase temporary = new TemporaryDatabase(connection, order.temporaryName());
      made = temporary.createAfresh(order.manifest().source(), witness::created);
      notSet = temporary.notSet();
    }
  }

  /** The order as another attempt would find it from now on. */
  RestoreOrder order() {
    return order.withTemporary(Objects.requireNonNull(made, "it is made before it is filled"));
  }

  /** Its settings that the server refused, and why. */
  List<String> notSet() {
    return notSet;
  }

  /** Behind the same address there may be another server by now. */
  void requireStillThere(Connection connection) throws SQLException {
    Optional<DatabaseIdentity> found = DatabaseIdentity.of(connection, order.temporaryName());
    if (made == null || found.isEmpty() || !found.get().isSame(made)) {
      throw new BackupFailure(
          BackupFailureReason.DATABASE_UNREACHABLE,
          "the database %s that was filled is not behind %s any more"
              .formatted(order.temporaryName(), maintenance.address()),
          "see which server is there, then restore again");
    }
  }

  /** What stays behind is swept. */
  void dropQuietly() {
    try (Connection connection = PostgresConnections.open(maintenance, RestorePipeline.SESSION)) {
      new TemporaryDatabase(connection, order.temporaryName()).drop();
    } catch (SQLException | BackupFailure e) {
      log.warn("database={} next=swept-later {}", order.temporaryName(), e.getMessage());
    }
  }
}
