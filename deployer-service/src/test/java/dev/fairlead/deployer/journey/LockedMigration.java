package dev.fairlead.deployer.journey;

import dev.fairlead.stack.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Keeps a migration in the middle of its transaction, by a lock that it asks for. */
final class LockedMigration implements Trap {

  private static final String WAITING =
      "select count(*) from pg_locks where locktype = 'advisory' and not granted"
          + " and database = (select oid from pg_database where datname = current_database())"
          + " and objid = "
          + KillStory.LOCK;

  private final PostgresServer server;
  private final String database;
  private @Nullable Connection lock;

  LockedMigration(PostgresServer server, String database) {
    this.server = server;
    this.database = database;
  }

  @Override
  public void lay() {
    try {
      Connection held = server.connect(database);
      lock = held;
      try (var statement = held.createStatement()) {
        statement.execute("select pg_advisory_lock(%d)".formatted(KillStory.LOCK));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(database, e);
    }
  }

  @Override
  public boolean hasCaught() {
    try (Connection connection = server.connect(database);
        ResultSet rows = connection.createStatement().executeQuery(WAITING)) {
      return rows.next() && rows.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(database, e);
    }
  }

  @Override
  public void takeAway() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(database, e);
    }
  }
}
