package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.router.HaproxyRig;
import dev.fairlead.deployer.router.NginxRig;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.Runtime;
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

/**
 * The deployer with the edge proxy, HAProxy and nginx, and behind each of them two instances of the
 * {@link LossyApplication}.
 */
final class ThreeRouters implements AutoCloseable {

  static final List<String> ALL = List.of("edge", "haproxy", "nginx");

  private final Stage stage;
  private final HaproxyRig haproxy;
  private final NginxRig nginx;
  private int version;

  ThreeRouters(Path folder) throws IOException {
    Neighbours.require("haproxy", "nginx");
    haproxy = new HaproxyRig(Files.createDirectory(folder.resolve("haproxy")));
    nginx = new NginxRig(Files.createDirectory(folder.resolve("nginx")));
    List<String> settings = new ArrayList<>(haproxy.properties());
    settings.addAll(nginx.properties());
    stage = Stage.set(folder, settings.toArray(String[]::new));
  }

  /** Where clients reach the router. */
  URI traffic(String router) {
    return switch (router) {
      case "haproxy" -> haproxy.traffic();
      case "nginx" -> nginx.traffic();
      default -> stage.edge();
    };
  }

  /** How the next deployments replace instances, whatever the router. */
  void apply(String strategy, String drain) {
    ALL.forEach(router -> apply(router, strategy, drain));
  }

  private void apply(String router, String strategy, String drain) {
    stage.applyManifest(
        """
        application: lossless-%1$s
        artifact: {archive: "app-{version}.zip"}
        command: [%2$s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx96m, -cp, ., %3$s]
        replicas: 2
        health: {path: /health, interval: 100ms, stay-healthy: 200ms, within: 30s}
        route: {host: 127.0.0.1}
        router: %1$s
        strategy: %4$s
        drain: %5$s
        bake: 0s
        verification: {window: 0s, minimum-requests: 1, max-p95: 10s}
        environments: {staging: {}}
        """
            .formatted(
                router,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                LossyApplication.class.getName(),
                strategy,
                drain));
  }

  /** A new version everywhere, at the same time: the places have nothing to do with each other. */
  void deploy() throws IOException {
    requireSuccess(begin());
  }

  /** Requests the deployment of a new version everywhere; the ids by router. */
  Map<String, String> begin() throws IOException {
    version++;
    stage.built(String.valueOf(version), LossyApplication.class);
    Map<String, String> deployments = new LinkedHashMap<>();
    for (String router : ALL) {
      deployments.put(
          router, stage.deploy("lossless-" + router, "staging", String.valueOf(version)));
    }
    return deployments;
  }

  /** Waits until each of the deployments is in the middle of the step. */
  void awaitStep(String step, Map<String, String> deployments) {
    for (String deployment : deployments.values()) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> stage.get("/deployments/" + deployment).text("step").equals(step));
    }
  }

  /** Complains only when all have ended: none goes on while a later test runs. */
  void requireSuccess(Map<String, String> deployments) {
    List<Stage.Answer> ends = deployments.values().stream().map(stage::ended).toList();
    for (Stage.Answer ended : ends) {
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    }
  }

  List<Instance> instances(String router) {
    return processes().observe(place(router)).stream().filter(Instance::running).toList();
  }

  /** How many uploads the instance says it is held by. */
  int holdsAt(Instance instance) throws IOException {
    Address address = instance.address().orElseThrow();
    try (Wire wire = new Wire(URI.create("http://" + address))) {
      wire.send("GET", "/holding", "");
      return Integer.parseInt(wire.text(wire.head().length()));
    }
  }

  /**
   * Ends all instances at once, as an operator with a shell would, and waits until the deployer's
   * upkeep has started them again.
   */
  void replaceTerminated() {
    Map<String, List<Instance>> before = new LinkedHashMap<>();
    ALL.forEach(router -> before.put(router, instances(router)));
    before.values().forEach(one -> one.forEach(ThreeRouters::terminate));
    before.forEach(
        (router, ended) ->
            await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> isReplaced(ended, instances(router))));
  }

  private static void terminate(Instance instance) {
    ProcessHandle.allProcesses()
        .filter(process -> isProcessOf(instance, process))
        .forEach(ProcessHandle::destroy);
  }

  private static boolean isReplaced(List<Instance> before, List<Instance> now) {
    return now.size() == before.size() && now.stream().noneMatch(before::contains);
  }

  private static boolean isProcessOf(Instance instance, ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), ISO_8859_1)
          .contains("FAIRLEAD_INSTANCE=%s\0".formatted(instance.id()));
    } catch (IOException notOurs) {
      return false;
    }
  }

  private Runtime processes() {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS);
  }

  private static Place place(String router) {
    return Place.of("lossless-" + router, "staging");
  }

  @Override
  public void close() throws InterruptedException {
    for (String router : ALL) {
      for (Instance instance : instances(router)) {
        processes()
            .stop(
                instance.id(), Duration.ofSeconds(5), new Fence(place(router), Long.MAX_VALUE / 2));
      }
    }
    stage.close();
    haproxy.close();
    nginx.close();
  }
}
