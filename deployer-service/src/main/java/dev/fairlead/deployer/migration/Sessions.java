package dev.fairlead.deployer.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's sessions that run migrations of one database. A statement goes on at the server when
 * whoever asked for it is gone, and holds its locks.
 */
final class Sessions {

  /** What such a session says it is. */
  static final String NAME = "fairlead-migration";

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private static final String WORKING =
      """
      from pg_stat_activity
      where application_name = '%s' and datname = current_database() and usename = current_user
        and pid <> pg_backend_pid() and xact_start is not null
      """
          .formatted(NAME);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final DataSource database;

  /**
   * @param database whose connections have another name
   */
  Sessions(DataSource database) {
    this.database = database;
  }

  /**
   * Ends what others have left running. Whoever has the {@link Turn} may, and knows afterwards that
   * nothing is committed any more that was begun before.
   *
   * @throws SQLException also when one does not end
   */
  void endLeftovers() throws SQLException, InterruptedException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (count(statement, "select count(pg_terminate_backend(pid)) " + WORKING) > 0) {
        if (System.nanoTime() > end) {
          throw new SQLException("a migration of another deployer does not end", "55006");
        }
        Thread.sleep(POLL);
      }
    }
  }

  /**
   * Cancels what runs until nothing does: between two statements there is nothing to be cancelled.
   *
   * @return whether it has ended; else the server does not answer
   */
  boolean cancelUntil(BooleanSupplier ended) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!ended.getAsBoolean() && System.nanoTime() < end) {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        count(statement, "select count(pg_cancel_backend(pid)) " + WORKING);
      } catch (SQLException e) {
        log.warn("migration=unwanted state=running reason=\"{}\"", e.getMessage());
      }
      Thread.sleep(POLL);
    }
    return ended.getAsBoolean();
  }

  private static int count(Statement statement, String sql) throws SQLException {
    try (ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return answer.getInt(1);
    }
  }
}
