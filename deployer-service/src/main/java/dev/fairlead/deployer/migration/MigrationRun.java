package dev.fairlead.deployer.migration;

import dev.fairlead.deployer.migration.MigrationResult.Applied;
import dev.fairlead.deployer.migration.MigrationResult.Failed;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  private final PlannedScripts planned;
  private final MigrationMark mark;
  private List<Migration> wanted = List.of();
  private boolean attempted;
  private int outages;

  MigrationRun(
      Journal journal,
      PostgresConnections connections,
      PlannedScripts planned,
      MigrationMark mark) {
    this.journal = journal;
    this.connections = connections;
    this.sessions = new Sessions(connections.named("fairlead-migration-watch"));
    this.planned = planned;
    this.mark = mark;
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
    Found found = find();
    if (!attempted) {
      wanted = found.pending();
    }
    Optional<MigrationResult> refusal = refused(found);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (found.pending().isEmpty()) {
      // or the last commit was done and only the answer lost
      return new Applied(wanted);
    }
    mark.begin(found.pendingScripts());
    return attempt();
  }

  private Found find() {
    return journal.find(mark.begunWith());
  }

  private Optional<MigrationResult> refused(Found found) {
    return found
        .failed()
        .<MigrationResult>map(
            script -> traces(found, script, script + " failed before", "deploy again"))
        .or(() -> cutOff(found))
        .or(() -> unplanned(found));
  }

  /** Nobody knows how far it came: a second time it may find what the first one left. */
  private Optional<MigrationResult> cutOff(Found found) {
    return found.pending().stream()
        .findFirst()
        .filter(first -> found.begun() && !journal.runsInTransaction(first))
        .map(
            first ->
                new Failed(
                    without(found.pending()),
                    false,
                    first.script(),
                    "the database or the deployer went away in the middle, and how far it came is not known: it runs outside of a transaction",
                    "look at what it left, undo that by hand, and deploy again"));
  }

  private Optional<MigrationResult> unplanned(Found found) {
    List<String> differences = planned.differences(found);
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Failed(
                without(found.pending()),
                !found.begun() || (found.unchanged() && planned.holds(found.pending().getFirst())),
                "the migrations",
                "not as planned: %s".formatted(String.join(", ", differences)),
                "put the planned scripts back, or deploy again, for a plan that has these"));
  }

  private MigrationResult attempt() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        attempted = true;
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
      Found found = find();
      if (found.failed().isPresent()) {
        return traces(found, found.failed().get(), diagnosis.reason(), diagnosis.advice());
      }
      List<Migration> applied = without(found.pending());
      return found.pending().isEmpty()
          ? new Applied(applied)
          : new Failed(
              applied,
              found.unchanged(),
              found.pending().getFirst().script(),
              diagnosis.reason(),
              diagnosis.advice());
    } catch (FlywayException e) {
      return unknown(diagnosis);
    }
  }

  private MigrationResult traces(Found found, String script, String reason, String advice) {
    return new Failed(
        without(found.pending()).stream().filter(one -> !one.script().equals(script)).toList(),
        found.unchanged(),
        script,
        reason,
        "it ran outside of a transaction and may have left traces: %s, then %s"
            .formatted(Misfit.undoing(script), advice));
  }

  private MigrationResult unknown(Diagnosis diagnosis) {
    boolean begun = mark.begunWith().isPresent();
    return new Failed(
        List.of(),
        !begun,
        "the migrations",
        begun ? diagnosis.reason() + "; how far they came is not known" : diagnosis.reason(),
        diagnosis.advice());
  }

  private List<Migration> without(List<Migration> left) {
    return wanted.stream().filter(one -> !left.contains(one)).toList();
  }
}
