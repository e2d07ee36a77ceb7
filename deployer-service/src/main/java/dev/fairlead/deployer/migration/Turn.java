package dev.fairlead.deployer.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * The right to migrate a database, which one deployer has at a time. Flyway's own lock does not yet
 * guard the creation of its history table. The server takes it back when the connection ends; no
 * transaction is open meanwhile, so CREATE INDEX CONCURRENTLY does not wait for it.
 */
final class Turn implements AutoCloseable {

  private static final long KEY = 0x6661_6972_6c65_6164L; // "fairlead"
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Connection connection;

  private Turn(Connection connection) {
    this.connection = connection;
  }

  /**
   * @throws SQLException when the database does not answer, or others were longer than {@code
   *     patience}
   */
  static Turn await(DataSource database, Duration patience)
      throws SQLException, InterruptedException {
    Connection connection = database.getConnection();
    try {
      long end = System.nanoTime() + patience.toNanos();
      while (!taken(connection)) {
        if (System.nanoTime() > end) {
          throw new SQLException(
              "another deployer has migrated for longer than %d s".formatted(patience.toSeconds()),
              "55P03");
        }
        Thread.sleep(PAUSE);
      }
      return new Turn(connection);
    } catch (SQLException | InterruptedException e) {
      connection.close();
      throw e;
    }
  }

  private static boolean taken(Connection connection) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      lock.setLong(1, KEY);
      ResultSet answer = lock.executeQuery();
      return answer.next() && answer.getBoolean(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
