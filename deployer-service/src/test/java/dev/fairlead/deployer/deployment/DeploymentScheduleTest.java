package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.DeploymentId;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schedule of deployments")
class DeploymentScheduleTest {

  private static final int PATIENCE_SECONDS = 10;

  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch stalled = new CountDownLatch(1);
  private final UnderWay underWay = new UnderWay();

  @Test
  @DisplayName("does not run one beside itself that only seemed dead, and looks again afterwards")
  void stalled() throws Exception {
    DeploymentId one = DeploymentId.random();
    CompletableFuture<Optional<Instant>> first = CompletableFuture.supplyAsync(() -> execute(one));
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(execute(one)).as("run again").isPresent();
    assertThat(runs).hasValue(1);

    stalled.countDown();
    assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEmpty();
    assertThat(execute(one)).isEmpty();
    assertThat(runs).hasValue(2);
  }

  private Optional<Instant> execute(DeploymentId id) {
    return DeploymentSchedule.runUnlessUnderWay(this::run, id, underWay, Clock.systemUTC());
  }

  private Optional<Instant> run(DeploymentId id) throws InterruptedException {
    runs.incrementAndGet();
    begun.countDown();
    stalled.await();
    return Optional.empty();
  }
}
