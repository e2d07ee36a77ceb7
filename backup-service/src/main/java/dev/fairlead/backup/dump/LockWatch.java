package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sees whether somebody waits for a lock that a dump holds. A dump's own locks hurt nobody, but a
 * migration waiting for them makes every later reader of the table wait behind it: so the dump
 * gives way.
 */
final class LockWatch implements Runnable {

  private static final Duration EVERY = Duration.ofMillis(250);

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

  /** Until it is interrupted, or has seen somebody wait twice in a row. */
  @Override
  public void run() {
    try (Connection connection = PostgresConnections.open(access, "fairlead-backup lock watch");
        PreparedStatement query = connection.prepareStatement(SOMEBODY_WAITS)) {
      query.setString(1, sessionName);
      int sightings = 0;
      while (!Thread.interrupted()) {
        try (ResultSet row = query.executeQuery()) {
          sightings = row.next() ? sightings + 1 : 0;
          if (sightings == 2) {
            giveWay.accept(
                BackupFailure.lockedOut(
                    "the dump of %s gave way: session %d waited for a lock on %s"
                        .formatted(access, row.getInt(1), row.getString(2)),
                    null));
            return;
          }
        }
        Thread.sleep(EVERY);
      }
    } catch (SQLException | BackupFailure _) {
      // the dump notices a lost server itself; without a watch it only yields less
    } catch (InterruptedException _) {
      // the dump has ended
    }
  }
}
