package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What a server did whose answer was lost. It may be starting again: it is asked until it says, for
 * a failure that was none would have what it replaced forgotten.
 *
 * @param patience with a server that is away
 */
record LostAnswer(Duration patience) {

  /** A server that starts again is mostly there within seconds. */
  static final LostAnswer OF_A_SERVER = new LostAnswer(Duration.ofMinutes(1));

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Asks the server, over a new connection. */
  interface Question<T> {
    Optional<T> ask() throws SQLException;
  }

  /**
   * @return what the server says
   * @throws BackupFailure as interrupted when it stays away: whoever comes next asks again
   */
  <T> Optional<T> await(Question<T> question) throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return question.ask();
      } catch (SQLException e) {
        if (!PostgresFailures.isLoss(e)) {
          throw e;
        }
        pause(deadline, e);
      } catch (BackupFailure e) {
        if (e.reason() != BackupFailureReason.DATABASE_UNREACHABLE) {
          throw e;
        }
        pause(deadline, e);
      }
    }
  }

  private void pause(long deadline, Exception e) {
    if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
      throw BackupFailure.openEnd(
          "whether the restored database has got its name is not known: " + e.getMessage(), e);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }
}
