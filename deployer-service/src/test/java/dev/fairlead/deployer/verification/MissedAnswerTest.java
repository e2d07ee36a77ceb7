package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Backend;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With a window of no time every report after the first is that of a look. */
@DisplayName("An answer of the router that is missing at a look")
class MissedAnswerTest {

  private static final FiguresCheck CHECK =
      new FiguresCheck(Duration.ZERO, 50, 0.02, Duration.ofMillis(500), 0.01, 1.5);
  private static final long MISSED = -1;

  @Test
  @DisplayName("is made up for at the next one: what was measured until then counts")
  void madeUpFor() throws InterruptedException {
    Verdict verdict = watched(0, 30, MISSED, 1000);

    assertThat(verdict).isInstanceOf(Verdict.Passed.class);
    assertThat(verdict.evidence()).startsWith("version 2: 1000 requests, 0.00 % errors");
  }

  @Test
  @DisplayName("is what is told at the last one")
  void last() throws InterruptedException {
    assertThat(watched(0, 30, 31, 32, 33, MISSED))
        .isEqualTo(
            new Verdict.Inconclusive("the router's figures are missing: it does not answer"));
  }

  @Test
  @DisplayName("is what is told at once when nothing was measured before")
  void nothingBefore() throws InterruptedException {
    assertThat(watched(0, MISSED, 1000).evidence()).startsWith("the router's figures are missing");
    assertThat(watched(MISSED, MISSED, 1000).evidence())
        .startsWith("the router's figures are missing");
  }

  /**
   * @param requests that the router has counted by each of its reports, all of them good
   */
  private static Verdict watched(long... requests) throws InterruptedException {
    return new TrafficVerification(new Reporting(requests))
        .verify(CHECK, "orders-staging", Scene.JUDGED);
  }

  private static final class Reporting implements Router {

    private final Deque<Long> reports = new ArrayDeque<>();

    Reporting(long... requests) {
      LongStream.of(requests).forEach(reports::add);
    }

    @Override
    public Optional<RouteState> observe(String route) {
      long requests = reports.remove();
      if (requests == MISSED) {
        throw new RouterFailure("it does not answer");
      }
      Backend backend =
          new Backend(
              Scene.instance(Scene.NEW),
              new Address("127.0.0.1", 1),
              100,
              Scene.NEW,
              Traffic.SERVING,
              new Figures(0, requests, 0, new Latencies(new TreeMap<>(Map.of(40.0, requests)))));
      return Optional.of(
          new RouteState(route, new RouteSpec.Match("orders", "/"), 1, false, List.of(backend)));
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public RouteState apply(RouteSpec desired, long fence) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Drain drain(String route, Collection<InstanceId> backends, Duration deadline) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void hold(String route, Duration longest, long fence) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release(String route, long fence) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String route, long fence) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Reachability reachability() {
      throw new UnsupportedOperationException();
    }
  }
}
