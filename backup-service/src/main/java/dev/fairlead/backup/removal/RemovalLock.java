package dev.fairlead.backup.removal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.stereotype.Component;

/**
 * Of all services on one catalogue one at a time takes backups out of the stores, or puts back what
 * makes one of them count: nobody takes up what another is just removing. The server has the lock,
 * for the session of one connection, and so takes it back from whoever dies.
 */
@Component
public class RemovalLock {

  private static final Logger log = LoggerFactory.getLogger(RemovalLock.class);

  /** Any number will do, as long as it is the same in every version. */
  private static final long KEY = 0x0072_656d_6f76_616cL; // "removal"

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int ANSWER_WITHIN_SECONDS = 10;

  private final DataSource catalogue;
  private final Duration patience;

  /** So that of this process one at most waits with a connection in its hand. */
  private final ReentrantLock here = new ReentrantLock(true);

  @Autowired
  RemovalLock(DataSource catalogue) {
    this(catalogue, PATIENCE);
  }

  /**
   * @param patience with whoever else has it, unless something else is said
   */
  public RemovalLock(DataSource catalogue, Duration patience) {
    this.catalogue = catalogue;
    this.patience = patience;
  }

  /** Who has the lock, as far as is known. */
  @FunctionalInterface
  public interface Held {

    /**
     * To be asked before each step: a server that was started again has forgotten it.
     *
     * @throws RemovalUnderWay when the lock may be somebody else's by now
     */
    void require();
  }

  /** What can be done while it is held. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Held held);
  }

  /**
   * @throws RemovalUnderWay when others had it for longer than this waits
   */
  public <T> T whileHeld(Work<T> work) {
    return whileHeld(patience, work);
  }

  /** The same, with a patience of its own. */
  public <T> T whileHeld(Duration waiting, Work<T> work) {
    long end = System.nanoTime() + waiting.toNanos();
    return alone(
        waiting,
        () -> {
          Connection connection = taken(end);
          try {
            return work.run(() -> requireOf(connection));
          } finally {
            giveBack(connection);
          }
        });
  }

  /** The same, for what gives nothing back. */
  public void whileHeld(Runnable work) {
    whileHeld(
        held -> {
          work.run();
          return held;
        });
  }

  private <T> T alone(Duration waiting, Supplier<T> work) {
    try {
      if (!here.tryLock(waiting.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
    try {
      return work.get();
    } finally {
      here.unlock();
    }
  }

  private Connection taken(long end) {
    Connection connection = opened();
    boolean taken = false;
    try {
      while (!isFree(connection)) {
        if (System.nanoTime() > end) {
          throw busy();
        }
        Thread.sleep(PAUSE);
      }
      taken = true;
      return connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    } catch (SQLException e) {
      throw lost(e);
    } finally {
      if (!taken) {
        JdbcUtils.closeConnection(connection);
      }
    }
  }

  private Connection opened() {
    try {
      return catalogue.getConnection();
    } catch (SQLException e) {
      throw new CannotGetJdbcConnectionException("the catalogue is away", e);
    }
  }

  private static boolean isFree(Connection connection) throws SQLException {
    return answer(connection, "select pg_try_advisory_lock(?)");
  }

  /**
   * Where that fails the connection ends, and with it the session that may still have the lock: a
   * pool would keep it open.
   */
  private static void giveBack(Connection connection) {
    boolean given = false;
    try {
      given = answer(connection, "select pg_advisory_unlock(?)");
    } catch (SQLException e) {
      log.debug("removal-lock=given-back-by-disconnect");
    } finally {
      if (!given) {
        abort(connection);
      }
      JdbcUtils.closeConnection(connection);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      log.debug("removal-lock=connection-was-gone");
    }
  }

  private static boolean answer(Connection connection, String statement) throws SQLException {
    try (PreparedStatement question = connection.prepareStatement(statement)) {
      question.setLong(1, KEY);
      try (ResultSet answer = question.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }

  private static void requireOf(Connection connection) {
    try {
      if (!connection.isValid(ANSWER_WITHIN_SECONDS)) {
        throw lost(null);
      }
    } catch (SQLException e) {
      throw lost(e);
    }
  }

  private static RemovalUnderWay busy() {
    return new RemovalUnderWay(
        "another round takes backups out of the stores, here or in another backup-service");
  }

  private static RemovalUnderWay lost(@Nullable SQLException e) {
    log.warn("removal-lock=lost next=later {}", String.valueOf(e));
    return new RemovalUnderWay(
        "the connection to the catalogue was lost in the middle of a round that takes backups out of"
            + " the stores, and another backup-service may have begun one");
  }
}
