package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.InSecondLane;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The proof that no request is lost: the deployer as it runs, an application that is gone at once
 * at SIGTERM, and load that does not wait. How long it takes is for {@code
 * -Dfairlead.zero-loss.requests}; see {@code benchmarks/README.md}.
 *
 * <p>That it shows a loss does not rest on its rate: {@link HeldLoads} keeps an upload open at each
 * instance.
 */
@DisplayName("Under load that does not wait, with an application that ends at once at SIGTERM,")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(Integer.MAX_VALUE)
@ResourceLock(InSecondLane.LANE)
class ZeroLossTest {

  private static final int LEAST_REQUESTS = Integer.getInteger("fairlead.zero-loss.requests", 0);
  private static final int PER_SECOND = Integer.getInteger("fairlead.zero-loss.rate", 40);
  private static final int SLOWEST_MILLIS = Integer.getInteger("fairlead.zero-loss.slowest", 1500);
  private static final int LONG_MILLIS = 5000;
  private static final int LONG_CONNECTIONS = 3;

  /**
   * How much longer a drain may take than the slowest request. A machine that the load keeps busy
   * stalls, and the requests of that moment with it: what outlasts the drain is cut off, rightly.
   */
  private static final int SLACK_MILLIS = Integer.getInteger("fairlead.zero-loss.slack", 2500);

  private static final String DRAIN =
      "%dms".formatted(Math.max(SLOWEST_MILLIS, LONG_MILLIS) + SLACK_MILLIS);

  private static final String ALL_AT_ONCE = "{rolling: {batch: 2}}";
  private static final Map<String, String> STRATEGIES = new LinkedHashMap<>();

  static {
    STRATEGIES.put("rolling", "{rolling: {batch: 1}}");
    STRATEGIES.put("blue-green", "{blue-green: {}}");
    STRATEGIES.put("canary", "{canary: {steps: [{weight: 50%, bake: 1s}]}}");
  }

  private static ThreeRouters routers;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    routers = new ThreeRouters(folder);
    routers.apply(ALL_AT_ONCE, "0s");
    routers.deploy();
  }

  @AfterAll
  static void strike() throws Exception {
    routers.close();
  }

  @Test
  @Order(1)
  @DisplayName("rolling, blue-green and canary lose no request at the edge, HAProxy and nginx")
  void losesNothing() throws Exception {
    List<Visit> visits =
        ThreeRouters.ALL.stream().map(one -> new Visit(one, routers.traffic(one))).toList();
    try {
      do {
        for (Map.Entry<String, String> strategy : STRATEGIES.entrySet()) {
          routers.apply(strategy.getValue(), DRAIN);
          routers.deploy();
          visits.forEach(visit -> System.out.println(strategy.getKey() + " " + visit));
        }
      } while (visits.stream().mapToInt(visit -> visit.load().answered()).sum() < LEAST_REQUESTS);
    } finally {
      visits.forEach(Visit::close);
    }
    for (Visit visit : visits) {
      System.out.println(visit);
      assertThat(visit.load().lost()).as(visit.toString()).isEmpty();
      assertThat(visit.load().answered()).as(visit.toString()).isGreaterThan(500);
      assertThat(visit.load().answeredLong())
          .as("requests of 5 s, some of them under way whenever the set changes: %s", visit)
          .isGreaterThanOrEqualTo(2 * STRATEGIES.size());
    }
    assertThat(visits.getFirst().connections().cuts()).as("cut at the edge").isEmpty();
    assertThat(visits.getFirst().connections().farewells()).isPositive();
  }

  @Test
  @Order(2)
  @DisplayName("an upload that outlasts the change of the set is answered by the old instance")
  void withDrain() throws Exception {
    routers.apply(ALL_AT_ONCE, "120s");
    try (HeldLoads loads = new HeldLoads(routers)) {
      Map<String, String> deployments = routers.begin();
      routers.awaitStep("drain", deployments);
      loads.letGo();
      routers.requireSuccess(deployments);
      loads.requireNothingLost();
    }
  }

  @Test
  @Order(3)
  @DisplayName("start-then-stop without a drain loses requests: the load shows it")
  void withoutDrain() throws Exception {
    routers.apply(ALL_AT_ONCE, "0s");
    try (HeldLoads loads = new HeldLoads(routers)) {
      routers.deploy();
      loads.requireHoldsLost();
    }
  }

  @Test
  @Order(4)
  @DisplayName("stop-then-start loses requests: the load shows it")
  void stopThenStart() throws Exception {
    try (HeldLoads loads = new HeldLoads(routers)) {
      routers.replaceTerminated();
      loads.requireHoldsLost();
    }
  }

  /** What clients of one router saw. */
  private record Visit(String router, Load load, LongConnections connections) {

    Visit(String router, URI server) {
      this(
          router,
          new Load(server, PER_SECOND, SLOWEST_MILLIS, LONG_MILLIS),
          new LongConnections(server, LONG_CONNECTIONS));
    }

    void close() {
      connections.close();
      load.close();
    }

    @Override
    public String toString() {
      return "%s: %s; long connections: %d farewells, %d cut %s; lost: %s"
          .formatted(
              router,
              load,
              connections.farewells(),
              connections.cuts().size(),
              connections.cuts().stream().limit(3).toList(),
              load.lost().stream().limit(5).toList());
    }
  }
}
