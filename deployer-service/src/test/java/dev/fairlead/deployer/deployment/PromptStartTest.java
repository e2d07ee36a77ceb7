package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("A deployment that was stored in a transaction")
class PromptStartTest {

  private static final int PATIENCE_SECONDS = 30;
  private static final long PUT_AWAY_MILLIS = 500;

  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private TransactionTemplate transaction;
  private Scheduler scheduler;
  private DeploymentSchedule schedule;

  @BeforeEach
  void start() throws InterruptedException {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("prompt");
    DriverManagerDataSource source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    Flyway.configure().dataSource(source).load().migrate();
    transaction = new TransactionTemplate(new DataSourceTransactionManager(source));
    scheduler =
        Scheduler.create(
                new TransactionAwareDataSourceProxy(source),
                DeploymentSchedule.task(this::run, Clock.systemUTC()))
            .pollingInterval(Duration.ofHours(1))
            .pollUsingLockAndFetch(0.5, 1.0)
            .enableImmediateExecution()
            .build();
    scheduler.start();
    schedule = new DeploymentSchedule(scheduler, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    if (scheduler != null) {
      scheduler.stop();
    }
  }

  private Optional<Instant> run(DeploymentId id) {
    begun.add(id.toString());
    return Optional.empty();
  }

  @RepeatedTest(3)
  @DisplayName("is begun after the commit, without waiting for the scheduler's next look")
  void begun() throws InterruptedException {
    DeploymentId id = DeploymentId.random();

    transaction.executeWithoutResult(
        _ -> {
          schedule.add(id);
          putAwaySlowly();
        });

    assertThat(begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(id.toString());
  }

  /** As on a busy machine: the scheduler looks before the transaction's connection is free. */
  private static void putAwaySlowly() {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCompletion(int status) {
            try {
              Thread.sleep(PUT_AWAY_MILLIS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }
}
