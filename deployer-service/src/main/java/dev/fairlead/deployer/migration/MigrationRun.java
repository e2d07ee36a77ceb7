package dev.fairlead.deployer.migration;

import dev.fairlead.deployer.migration.MigrationResult.Applied;
import dev.fairlead.deployer.migration.MigrationResult.Failed;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is pending on one database, under a turn. A server that is restarted meanwhile is
 * waited for, and the script that was cut off is begun again: it and its row in the history are one
 * transaction, so that the history tells whether it was committed.
 */
final class MigrationRun {

  private static final Logger log = LoggerFactory.getLogger(MigrationRun.class);

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long a server that does not answer is waited for, each time. */
  private static final Duration OUTAGE = Duration.ofSeconds(60);

  /** How long another deployer that runs the same migrations is waited for; then it is our turn. */
  private static final Duration OTHERS = Duration.ofSeconds(Journal.WAIT_FOR_OTHERS);

  private final Journal journal;
  private final PostgresConnections connections;
  private final Sessions sessions;
  private final Map<String, String> planned;
  private List<Migration> wanted = List.of();
  private boolean begun;
  private int outages;

  /**
   * @param planned fingerprints by script; empty for a plan that does not tell
   */
  MigrationRun(Journal journal, PostgresConnections connections, Map<String, String> planned) {
    this.journal = journal;
    this.connections = connections;
    this.sessions = new Sessions(connections.named("fairlead-migration-watch"));
    this.planned = planned;
  }

  MigrationResult run() throws InterruptedException {
    long end = Long.MAX_VALUE;
    while (true) {
      try (Turn _ = Turn.await(connections.named("fairlead-migration-turn"), OTHERS)) {
        end = Long.MAX_VALUE;
        return inTurn();
      } catch (SQLException | FlywayException e) {
        Diagnosis diagnosis = Diagnosis.of(e);
        end = Math.min(end, System.nanoTime() + OUTAGE.toNanos());
        if (!diagnosis.connectionLost() || System.nanoTime() >= end || outages > ATTEMPTS) {
          return unknown(diagnosis);
        }
        log.warn(
            "migration={} reason=\"{}\" next=\"wait for the database\"",
            connections.database(),
            diagnosis.reason());
        Thread.sleep(PAUSE);
      }
    }
  }

  private MigrationResult inTurn() throws SQLException, InterruptedException {
    sessions.endLeftovers();
    List<Migration> left = journal.pending();
    if (!begun) {
      wanted = left;
    }
    if (left.isEmpty()) {
      // or the last commit was done and only the answer lost
      return new Applied(wanted);
    }
    if (outages > 0 && !journal.runsInTransaction(left.getFirst())) {
      return new Failed(
          without(left),
          false,
          left.getFirst().script(),
          "the database went away, and how far it came is not known: it runs outside of a transaction",
          "look at what it left, undo that by hand, and deploy again");
    }
    Optional<MigrationResult> refusal = unplanned(left);
    return refusal.isPresent() ? refusal.get() : attempted();
  }

  /** What was approved was approved as it was then. */
  private Optional<MigrationResult> unplanned(List<Migration> left) {
    List<String> others =
        left.stream()
            .filter(one -> !one.fingerprint().equals(planned.get(one.script())))
            .map(Migration::script)
            .toList();
    return planned.isEmpty() || others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Failed(
                without(left),
                !begun,
                others.getFirst(),
                "not as planned: %s"
                    .formatted(
                        others.stream().map(this::difference).collect(Collectors.joining(", "))),
                "put the planned scripts back, or deploy again, for a plan that has these"));
  }

  private String difference(String script) {
    String known = planned.get(script);
    return known == null
        ? "the plan does not have %s".formatted(script)
        : "the SHA-256 of %s is no longer %.12s…".formatted(script, known);
  }

  private MigrationResult attempted() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        begun = true;
        interruptibly(journal::migrate);
        return new Applied(wanted);
      } catch (FlywayException e) {
        Diagnosis diagnosis = Diagnosis.of(e);
        if (diagnosis.connectionLost()) {
          outages++;
          throw e;
        }
        if (!diagnosis.lockHeld() || attempt == ATTEMPTS) {
          return afterwards(diagnosis);
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /**
   * Interrupting the thread that talks to the server would leave the statement running there, so
   * another one talks, and what it asked for is cancelled.
   */
  private void interruptibly(Runnable migrate) throws InterruptedException {
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> work = thread.submit(migrate);
      try {
        work.get();
      } catch (InterruptedException e) {
        try {
          sessions.cancelUntil(work::isDone);
        } finally {
          thread.shutdownNow(); // of a server that does not answer nothing can be expected
        }
        throw e;
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
  }

  /** How far it came in spite of the failure: asks the database, since it alone knows. */
  private MigrationResult afterwards(Diagnosis diagnosis) {
    try {
      List<Migration> left = journal.pending();
      Optional<String> halfway = journal.failed();
      if (halfway.isPresent()) {
        return new Failed(
            without(left).stream().filter(one -> !one.script().equals(halfway.get())).toList(),
            false,
            halfway.get(),
            diagnosis.reason(),
            "it ran outside of a transaction and may have left traces: undo them by hand, delete its row from "
                + Migrations.HISTORY_TABLE
                + ", then "
                + diagnosis.advice());
      }
      List<Migration> applied = without(left);
      return left.isEmpty()
          ? new Applied(applied)
          : new Failed(
              applied,
              applied.isEmpty(),
              left.getFirst().script(),
              diagnosis.reason(),
              diagnosis.advice());
    } catch (FlywayException e) {
      return unknown(diagnosis);
    }
  }

  private MigrationResult unknown(Diagnosis diagnosis) {
    return new Failed(
        List.of(),
        !begun,
        "the migrations",
        begun
            ? diagnosis.reason() + "; how far they came is not known, the database does not answer"
            : diagnosis.reason(),
        diagnosis.advice());
  }

  private List<Migration> without(List<Migration> left) {
    return wanted.stream().filter(one -> !left.contains(one)).toList();
  }
}
