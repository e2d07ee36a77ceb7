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
  private volatile boolean running;
  private volatile @Nullable Thread thread;

  OutboxRelay(
      DataSource database,
      KafkaTemplate<byte[], byte[]> kafka,
      OutboxSettings settings,
      MeterRegistry meters) {
    this.database = database;
    this.kafka = kafka;
    this.batch = settings.batch();
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
      } catch (SQLException | ExecutionException | RuntimeException e) {
        log.warn("outbox=paused reason=\"{}\" next=retry-in-{}ms", rootOf(e), pause.toMillis());
        if (e instanceof ExecutionException) {
          kafka.getProducerFactory().reset(); // refused for good: this producer may not recover
        }
        sleep(pause);
        pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    }
  }

  private void relayWhileConnected() throws SQLException, ExecutionException {
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

  private void relay(OutboxRows rows, PGConnection notifications)
      throws SQLException, ExecutionException {
    rows.listen();
    while (running) {
      List<OutboxRow> oldest = rows.oldest(batch);
      if (oldest.isEmpty()) {
        notifications.getNotifications(Math.toIntExact(NAP.toMillis()));
      } else {
        send(rows, oldest);
      }
    }
  }

  /** Sends all, then deletes what was acknowledged, also when a later one was refused. */
  private void send(OutboxRows rows, List<OutboxRow> oldest)
      throws SQLException, ExecutionException {
    List<Long> acknowledged = new ArrayList<>(oldest.size());
    try {
      List<CompletableFuture<?>> sent = new ArrayList<>(oldest.size());
      for (OutboxRow row : oldest) {
        sent.add(kafka.send(row.record()));
      }
      for (int i = 0; i < sent.size() && acknowledged(sent.get(i)); i++) {
        acknowledged.add(oldest.get(i).id());
      }
    } finally {
      rows.delete(acknowledged);
      relayed.increment(acknowledged.size());
    }
  }

  /** Waits as long as Kafka is away; false when the relay is stopped meanwhile. */
  private boolean acknowledged(CompletableFuture<?> sent) throws ExecutionException {
    while (running) {
      try {
        sent.get(NAP.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        log.debug("outbox=waiting reason=unacknowledged");
      } catch (InterruptedException e) {
        running = false;
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

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
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
