package dev.fairlead.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A prober")
class ProberTest {

  private static final int HUNG = 100;

  private final Observer observer = new Observer();

  @AfterEach
  void close() {
    observer.close();
  }

  @Test
  @DisplayName("is not delayed by a hundred targets that hang")
  void hungTargetsDelayNobody() throws Exception {
    try (Site site = new Site(0);
        ServerSocket hanging = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HealthTarget hung = hung(hanging);
      AtomicInteger done = new AtomicInteger();
      for (int i = 0; i < HUNG; i++) {
        threads.submit(
            () -> {
              assertThat(observer.ask(hung)).isNotEqualTo(Finding.up());
              return done.incrementAndGet();
            });
      }
      for (int i = 0; i < 20; i++) {
        ProbeResult result = observer.prober().probe(Targets.http(site.at("/health")));
        assertThat(result.finding()).isEqualTo(Finding.up());
        assertThat(result.latency()).isLessThan(Duration.ofMillis(900));
      }
      await().atMost(Duration.ofSeconds(10)).untilAtomic(done, Matchers.is(HUNG));
    }
  }

  @Test
  @DisplayName("calls too many probes at once its own overload")
  void overload() throws Exception {
    try (var one = new Prober(_ -> "", observer.sight(), Clock.systemUTC(), 1);
        ServerSocket hanging = new ServerSocket(0);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Finding> findings = new ArrayList<>();
      var first = threads.submit(() -> one.probe(hung(hanging)));
      try (Socket connected = hanging.accept()) {
        findings.add(one.probe(hung(hanging)).finding());
        assertThat(connected.isConnected()).isTrue();
      }
      first.get();
      assertThat(findings)
          .containsExactly(new Finding.Unclear("this prober has 1 probes under way"));
    }
  }

  private static HealthTarget hung(ServerSocket hanging) {
    return Targets.http("http://127.0.0.1:%d/".formatted(hanging.getLocalPort()));
  }
}
