package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.runtime.StaleFence;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Hosts")
class HostsTest {

  private static final InstanceId A1 = new InstanceId("a-1");
  private static final InstanceId A2 = new InstanceId("a-2");
  private static final InstanceId B1 = new InstanceId("b-1");
  private static final Hosts HOSTS =
      new Hosts(Map.of(new HostName("a"), List.of(A1, A2), new HostName("b"), List.of(B1)));

  private final Queue<InstanceId> done = new ConcurrentLinkedQueue<>();

  @Test
  @DisplayName("work side by side, each on one instance after the other")
  void sideBySide() throws Exception {
    CountDownLatch bothAtWork = new CountDownLatch(2);

    HOSTS.each(
        id -> {
          bothAtWork.countDown();
          assertThat(bothAtWork.await(30, TimeUnit.SECONDS)).isTrue();
          done.add(id);
        });

    assertThat(done).containsExactlyInAnyOrder(A1, A2, B1).containsSubsequence(A1, A2);
  }

  @Test
  @DisplayName("come to their end before it is told that one of them failed")
  void failure() {
    CountDownLatch failed = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                HOSTS.each(
                    id -> {
                      if (id.equals(A1)) {
                        failed.countDown();
                        throw new RuntimeFailure("a is full");
                      }
                      failed.await();
                      done.add(id);
                    }))
        .isInstanceOf(RuntimeFailure.class)
        .hasMessage("a is full");
    assertThat(done).containsExactly(B1);
  }

  @Test
  @DisplayName("tell before all else that somebody has taken over")
  void stale() {
    assertThatThrownBy(
            () ->
                HOSTS.each(
                    id -> {
                      throw id.equals(B1)
                          ? new StaleFence("place", 1, 2)
                          : new RuntimeFailure("a is full");
                    }))
        .isInstanceOf(StaleFence.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  @DisplayName("are interrupted together, and have stopped when that is told")
  void interrupted() throws Exception {
    CountDownLatch bothAtWork = new CountDownLatch(2);
    Thread step =
        Thread.startVirtualThread(
            () -> {
              try {
                HOSTS.each(
                    id -> {
                      bothAtWork.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        done.add(id);
                      }
                    });
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    bothAtWork.await();

    step.interrupt();
    step.join();

    assertThat(done).containsExactlyInAnyOrder(A1, B1);
  }
}
