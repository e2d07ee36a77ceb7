package dev.fairlead.service.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Sends the rows of the outbox to Kafka, oldest first. A session advisory lock lets one relay work
 * per database; the others of a scaled service stand by. A row is deleted once Kafka has
 * acknowledged it, so a kill repeats at most one batch, with the same ids and in the same order.
 */
final class OutboxRelay implements SmartLifecycle {

  /** Between the topics, which must exist, and the bindings, whose handlers append. */
  static final int PHASE = DEFAULT_PHASE - 1_700;

  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  /** An appended row wakes the relay; this is for a notification that got lost. */
  private static final Duration NAP = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final DataSource database;
  private final KafkaTemplate<byte[], byte[]> kafka;
  private final int batch;
  private final Counter relayed;
  private final OutboxHealth health;
  private volatile boolean running;

  /** The row that Kafka did not take; until it does, rows go one by one, so that none overtakes. */
  private @Nullable OutboxRow refused;

  private volatile @Nullable Thread thread;

  OutboxRelay(
      DataSource database,
      KafkaTemplate<byte[], byte[]> kafka,
      OutboxSettings settings,
      OutboxHealth health,
      MeterRegistry meters) {
    this.database = database;
    this.kafka = kafka;
    this.batch = settings.batch();
    this.health = health;
    this.relayed = meters.counter("fairlead.outbox.relayed");
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("outbox-relay").start(this::relayUntilStopped);
  }

  private void relayUntilStopped() {
    Duration pause = Duration.ofMillis(250);
    while (running) {
      try {
        relayWhileConnected();
        pause = Duration.ofMillis(250);
      } catch (SQLException | RuntimeException e) {
        log.warn("outbox=paused reason=\"{}\" next=retry-in-{}ms", reason(e), pause.toMillis());
        if (e instanceof NotSent) {
          kafka.getProducerFactory().reset(); // refused for good: this producer may not recover
        }
        sleep(pause);
        pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    }
  }

  private void relayWhileConnected() throws SQLException {
    try (Connection connection = database.getConnection()) {
      OutboxRows rows = new OutboxRows(connection);
      try {
        if (!lock(rows)) {
          return;
        }
        log.info("outbox=relaying");
        relay(rows, connection.unwrap(PGConnection.class));
      } finally {
        // The pool keeps the session: give back what belongs to it.
        release(connection);
      }
    }
  }

  private boolean lock(OutboxRows rows) throws SQLException {
    while (running) {
      if (rows.lockRelay()) {
        return true;
      }
      sleep(Duration.ofSeconds(1));
    }
    return false;
  }

  private void relay(OutboxRows rows, PGConnection notifications) throws SQLException {
    rows.listen();
    while (running) {
      List<OutboxRow> oldest = rows.oldest(refused == null ? batch : 1);
      if (oldest.isEmpty()) {
        notifications.getNotifications(Math.toIntExact(NAP.toMillis()));
      } else {
        send(rows, oldest);
      }
    }
  }

  /** Sends all, then deletes what was acknowledged, also when a later one was refused. */
  private void send(OutboxRows rows, List<OutboxRow> oldest) throws SQLException {
    List<Long> acknowledged = new ArrayList<>(oldest.size());
    try {
      List<CompletableFuture<?>> sent = sent(oldest);
      for (int i = 0; i < sent.size() && acknowledged(oldest.get(i), sent.get(i)); i++) {
        acknowledged.add(oldest.get(i).id());
      }
    } finally {
      rows.delete(acknowledged);
      relayed.increment(acknowledged.size());
    }
    if (refused != null && acknowledged.contains(refused.id())) {
      refused = null;
      health.accepted();
    }
  }

  /** Up to the first that the client itself refuses. */
  private List<CompletableFuture<?>> sent(List<OutboxRow> oldest) {
    List<CompletableFuture<?>> sent = new ArrayList<>(oldest.size());
    for (OutboxRow row : oldest) {
      CompletableFuture<?> future = kafka.send(row.record());
      sent.add(future);
      if (future.isCompletedExceptionally()) {
        break;
      }
    }
    return sent;
  }

  /** Waits as long as Kafka is away; false when the relay is stopped meanwhile. */
  private boolean acknowledged(OutboxRow row, CompletableFuture<?> sent) {
    while (running) {
      try {
        sent.get(NAP.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        log.debug("outbox=waiting reason=unacknowledged");
      } catch (ExecutionException e) {
        NotSent notSent = new NotSent(row, e);
        if (!passes(e)) {
          refused = row;
          health.refused(reason(notSent));
        }
        throw notSent;
      } catch (InterruptedException e) {
        running = false;
      }
    }
    return false;
  }

  private static final class NotSent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSent(OutboxRow row, ExecutionException cause) {
      super("row %d for topic %s, key %s".formatted(row.id(), row.topic(), row.key()), cause);
    }
  }

  /** Whether it says that Kafka is away, and nothing about the row. */
  private static boolean passes(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }

  private static void release(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("unlisten *; select pg_advisory_unlock_all()");
    } catch (SQLException e) {
      log.debug("outbox=unlocked-by-disconnect");
    }
  }

  private static String reason(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure instanceof NotSent ? failure.getMessage() + ": " + root : root.toString();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      running = false;
    }
  }

  /** Ends after the batch in hand; what is left is relayed after the next start. */
  @Override
  public void stop() {
    running = false;
    Thread relaying = thread;
    try {
      if (relaying != null) {
        relaying.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
