package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.router.HaproxyRig;
import dev.fairlead.deployer.router.NginxRig;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

/**
 * The proof that no request is lost: the deployer as it runs, an application that is gone at once
 * at SIGTERM, and load that does not wait. How long it takes is for {@code
 * -Dfairlead.zero-loss.requests}; see {@code benchmarks/README.md}.
 */
@DisplayName("Under load that does not wait, with an application that ends at once at SIGTERM,")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ZeroLossTest {

  private static final int LEAST_REQUESTS = Integer.getInteger("fairlead.zero-loss.requests", 0);
  private static final int PER_SECOND = Integer.getInteger("fairlead.zero-loss.rate", 40);
  private static final int SLOWEST_MILLIS = Integer.getInteger("fairlead.zero-loss.slowest", 1500);
  private static final int LONG_CONNECTIONS = 3;

  /** Longer than the slowest request: a shorter one is told to break it off. */
  private static final String DRAIN = "%dms".formatted(SLOWEST_MILLIS + 2500);

  /** Enough that some request is in flight whenever an instance ends. */
  private static final int SHARP = 150;

  private static final Map<String, String> STRATEGIES = new LinkedHashMap<>();

  static {
    STRATEGIES.put("rolling", "{rolling: {batch: 1}}");
    STRATEGIES.put("blue-green", "{blue-green: {}}");
    STRATEGIES.put("canary", "{canary: {steps: [{weight: 50%, bake: 1s}]}}");
  }

  private static Stage stage;
  private static HaproxyRig haproxy;
  private static NginxRig nginx;
  private static int version;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("haproxy", "nginx");
    haproxy = new HaproxyRig(Files.createDirectory(folder.resolve("haproxy")));
    nginx = new NginxRig(Files.createDirectory(folder.resolve("nginx")));
    List<String> settings = new ArrayList<>(haproxy.properties());
    settings.addAll(nginx.properties());
    stage = Stage.set(folder, settings.toArray(String[]::new));
  }

  @AfterAll
  static void strike() throws Exception {
    for (String router : List.of("edge", "haproxy", "nginx")) {
      stopInstances(router);
    }
    stage.close();
    haproxy.close();
    nginx.close();
  }

  @Test
  @Order(1)
  @DisplayName("rolling, blue-green and canary lose no request at the edge, HAProxy and nginx")
  void losesNothing() throws Exception {
    List<Visit> visits = new ArrayList<>();
    for (String router : List.of("edge", "haproxy", "nginx")) {
      apply(router, "{rolling: {batch: 2}}", "0s");
    }
    deployEverywhere();
    for (String router : List.of("edge", "haproxy", "nginx")) {
      visits.add(new Visit(router, serverOf(router)));
    }
    do {
      for (Map.Entry<String, String> strategy : STRATEGIES.entrySet()) {
        for (Visit visit : visits) {
          apply(visit.router(), strategy.getValue(), DRAIN);
        }
        deployEverywhere();
        visits.forEach(visit -> System.out.println(strategy.getKey() + " " + visit));
      }
    } while (visits.stream().mapToInt(visit -> visit.load().answered()).sum() < LEAST_REQUESTS);
    for (Visit visit : visits) {
      visit.close();
      System.out.println(visit);
      assertThat(visit.load().lost()).as(visit.toString()).isEmpty();
      assertThat(visit.load().answered()).as(visit.toString()).isGreaterThan(500);
    }
    assertThat(visits.getFirst().connections().cuts()).as("cut at the edge").isEmpty();
    assertThat(visits.getFirst().connections().farewells()).isPositive();
  }

  @Test
  @Order(2)
  @DisplayName("start-then-stop without a drain loses requests: the load would show it")
  void withoutDrain() throws Exception {
    apply("haproxy", "{rolling: {batch: 2}}", "0s");
    try (Load load = new Load(serverOf("haproxy"), SHARP, SLOWEST_MILLIS)) {
      await().until(() -> load.answered() > SHARP);
      deploy(List.of("haproxy"));
      load.close();
      System.out.println("without a drain: " + load);
      assertThat(load.lost()).isNotEmpty();
    }
  }

  @Test
  @Order(3)
  @DisplayName("stop-then-start loses requests: the load would show it")
  void stopThenStart() throws Exception {
    try (Load load = new Load(serverOf("nginx"), SHARP, SLOWEST_MILLIS)) {
      await().until(() -> load.answered() > SHARP);
      terminateInstances("nginx");
      await().atMost(Duration.ofSeconds(60)).until(() -> instances("nginx").size() == 2);
      load.close();
      System.out.println("stop, then start: " + load);
      assertThat(load.lost()).isNotEmpty();
    }
  }

  /** What clients of one router saw. */
  private record Visit(String router, Load load, LongConnections connections) {

    Visit(String router, URI server) {
      this(
          router,
          new Load(server, PER_SECOND, SLOWEST_MILLIS),
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

  private static URI serverOf(String router) {
    return switch (router) {
      case "haproxy" -> haproxy.traffic();
      case "nginx" -> nginx.traffic();
      default -> stage.edge();
    };
  }

  private static void apply(String router, String strategy, String drain) {
    stage.applyManifest(
        """
        application: lossless-%1$s
        artifact: {archive: "app-{version}.zip"}
        command: [%2$s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx48m, -cp, ., %3$s]
        replicas: 2
        health: {path: /health, interval: 100ms, stay-healthy: 200ms, within: 30s}
        route: {host: 127.0.0.1}
        router: %1$s
        strategy: %4$s
        drain: %5$s
        bake: 0s
        verification: {window: 0s, minimum-requests: 1}
        environments: {staging: {}}
        """
            .formatted(
                router,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                LossyApplication.class.getName(),
                strategy,
                drain));
  }

  private static void deployEverywhere() throws Exception {
    deploy(List.of("edge", "haproxy", "nginx"));
  }

  /** At the same time, because the places have nothing to do with each other. */
  private static void deploy(List<String> routers) throws Exception {
    version++;
    stage.built(String.valueOf(version), LossyApplication.class);
    List<String> deployments = new ArrayList<>();
    for (String router : routers) {
      deployments.add(stage.deploy("lossless-" + router, "staging", String.valueOf(version)));
    }
    for (String deployment : deployments) {
      Stage.Answer ended = stage.ended(deployment);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    }
  }

  private static List<Instance> instances(String router) {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(place(router)).stream()
        .filter(Instance::running)
        .toList();
  }

  private static void stopInstances(String router) throws InterruptedException {
    for (Instance instance : instances(router)) {
      stage
          .bean(Runtimes.class)
          .of(RuntimeKind.PROCESS)
          .stop(instance.id(), Duration.ofSeconds(5), new Fence(place(router), Long.MAX_VALUE / 2));
    }
  }

  /** As an operator with a shell would. The deployer's upkeep starts them again. */
  private static void terminateInstances(String router) {
    for (Instance instance : instances(router)) {
      ProcessHandle.allProcesses()
          .filter(process -> isProcessOf(instance, process))
          .forEach(ProcessHandle::destroy);
    }
    await().until(() -> instances(router).isEmpty());
  }

  private static boolean isProcessOf(Instance instance, ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), ISO_8859_1)
          .contains("FAIRLEAD_INSTANCE=%s\0".formatted(instance.id()));
    } catch (IOException notOurs) {
      return false;
    }
  }

  private static Place place(String router) {
    return Place.of("lossless-" + router, "staging");
  }
}
