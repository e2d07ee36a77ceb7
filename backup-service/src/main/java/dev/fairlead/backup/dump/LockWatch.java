package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sees whether somebody waits for a lock that a dump holds. A dump's own locks hurt nobody, but a
 * migration waiting for them makes every later reader of the table wait behind it: so the dump
 * gives way.
 */
final class LockWatch implements Runnable {

  private static final String SESSION = "fairlead-backup lock watch";
  private static final Duration EVERY = Duration.ofMillis(250);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** A dump that nobody watches may hold up a migration, and all readers behind it, to its end. */
  private static final Duration BLIND = Duration.ofSeconds(10);

  private static final String SOMEBODY_WAITS =
      """
      select waiting.pid, waiting.relation::regclass::text
        from pg_locks waiting
       where not waiting.granted
         and pg_blocking_pids(waiting.pid) &&
             (select coalesce(array_agg(pid), '{}') from pg_stat_activity where application_name = ?)
       limit 1
      """;

  private final DatabaseAccess access;
  private final String sessionName;
  private final Consumer<BackupFailure> giveWay;

  LockWatch(DatabaseAccess access, String sessionName, Consumer<BackupFailure> giveWay) {
    this.access = access;
    this.sessionName = sessionName;
    this.giveWay = giveWay;
  }

  /** Until it is interrupted, has seen somebody wait twice in a row, or cannot see any more. */
  @Override
  public void run() {
    long lastLook = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try (Connection connection = PostgresConnections.open(access, SESSION, ANSWER);
          PreparedStatement query = connection.prepareStatement(SOMEBODY_WAITS)) {
        query.setString(1, sessionName);
        int sightings = 0;
        while (true) {
          Optional<String> waiting = waiting(query);
          lastLook = System.nanoTime();
          sightings = waiting.isPresent() ? sightings + 1 : 0;
          if (sightings == 2) {
            gaveWay(waiting.orElseThrow());
            return;
          }
          Thread.sleep(EVERY);
        }
      } catch (SQLException | BackupFailure e) {
        if (System.nanoTime() - lastLook > BLIND.toNanos()) {
          gaveWay("nobody can see any more who waits for it (%s)".formatted(e.getMessage()));
          return;
        }
        LockSupport.parkNanos(EVERY.toNanos());
      } catch (InterruptedException _) {
        return; // the dump has ended
      }
    }
  }

  /** Who waits for what. */
  private static Optional<String> waiting(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      return row.next()
          ? Optional.of(
              "session %d waited for a lock on %s".formatted(row.getInt(1), row.getString(2)))
          : Optional.empty();
    }
  }

  private void gaveWay(String why) {
    giveWay.accept(
        BackupFailure.lockedOut("the dump of %s gave way: %s".formatted(access, why), null));
  }
}
