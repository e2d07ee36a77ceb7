package dev.fairlead.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long users and operators wait for a deployer: from request to serving, as a process and as a
 * container, for the switch at the edge, for a rollback while the old set is warm; and what fifty
 * deployments at once cost.
 *
 * <p>Takes the distribution's folder of jars; needs {@code busybox} on the path, and a Docker
 * Engine for the containers.
 */
public final class DeploymentBenchmark {

  private static final String PLACE = "benchmark";
  private static final String CONTAINERS = "benchmark-image";
  private static final int ROUNDS = 50;
  private static final int ROUNDS_OF_ROLLBACK = 15;
  private static final int WARM_UP = 5;
  private static final int SWAPS = 500;
  private static final int AT_ONCE = 50;

  private final DeployerRig rig;
  private int version;

  private DeploymentBenchmark(DeployerRig rig) {
    this.rig = rig;
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host"); // all share one address
    Distribution distribution =
        new Distribution(arguments.length > 0 ? Path.of(arguments[0]) : Distribution.BUILT);
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-benchmark-");
    try (DeployerRig rig = new DeployerRig(distribution, folder)) {
      DeploymentBenchmark benchmark = new DeploymentBenchmark(rig);
      benchmark.processes();
      benchmark.containers();
      benchmark.rollbackWhileWarm();
      benchmark.switches();
      benchmark.atOnce();
    }
  }

  /** The archive is cached: every other deployment is of a version that ran before. */
  private void processes() throws Exception {
    rig.apply(PLACE, "{rolling: {batch: 1}}", 1, "0s");
    rig.build("a");
    rig.build("b");
    print("request to serving, of a process that is ready at once", requestToServing(PLACE));
  }

  /** The image is on the host; what it takes without Fairlead is measured beside it, in turns. */
  private void containers() throws Exception {
    try (BusyboxImage image = new BusyboxImage(rig.folder())) {
      image.build("a");
      image.build("b");
      List<Long> bare = new ArrayList<>();
      for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        bare.add(image.runUntilItAnswers("a"));
      }
      print("docker run until it answers", bare);
      rig.applyImage(CONTAINERS);
      print("request to serving, of a container", requestToServing(CONTAINERS));
    }
  }

  private List<Long> requestToServing(String place) throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
      String next = i % 2 == 0 ? "a" : "b";
      long begun = System.nanoTime();
      String deployment = rig.deploy(place, next);
      DeployerRig.await(() -> rig.visit(place).equals(next));
      millis.add(since(begun));
      rig.awaitState(deployment, "succeeded");
    }
    return millis;
  }

  /** From the request to the first answer of the old release, in the bake window. */
  private void rollbackWhileWarm() throws Exception {
    rig.apply(PLACE, "{blue-green: {}}", 2, "60s");
    List<Long> millis = new ArrayList<>();
    String before = rig.visit(PLACE);
    for (int i = 0; i < WARM_UP + ROUNDS_OF_ROLLBACK; i++) {
      String next = "r" + version++;
      rig.build(next);
      String deployment = rig.deploy(PLACE, next);
      DeployerRig.await(() -> rig.get("/deployments/" + deployment).text("phase").equals("bake"));
      long begun = System.nanoTime();
      rig.post("/deployments/%s/cancellation".formatted(deployment), Map.of("reason", "measured"));
      DeployerRig.await(() -> rig.visit(PLACE).equals(before));
      millis.add(since(begun));
      rig.awaitState(deployment, "cancelled");
    }
    print("rollback while the old set is warm", millis);
  }

  /** From the command to the edge proxy to its answer: after it only the new set is claimed. */
  private void switches() throws Exception {
    HttpServer one = backend();
    HttpServer other = backend();
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 2 * SWAPS; i++) {
      HttpServer next = i % 2 == 0 ? one : other;
      long begun = System.nanoTime();
      rig.swap("switches", i + 1, "i" + i % 2, next.getAddress().getPort());
      micros.add((System.nanoTime() - begun) / 1_000);
    }
    List<Long> sorted = micros.subList(SWAPS, 2 * SWAPS).stream().sorted().toList();
    System.out.printf(
        "switch at the edge, saved to disk: p50 %.1f ms, p99 %.1f ms, most %.1f ms of %d%n",
        sorted.get(SWAPS / 2) / 1e3,
        sorted.get(SWAPS * 99 / 100) / 1e3,
        sorted.getLast() / 1e3,
        SWAPS);
    one.stop(0);
    other.stop(0);
  }

  private static HttpServer backend() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }

  /** All are requested before the first has ended; each in a place of its own. */
  private void atOnce() throws Exception {
    rig.build("many");
    for (int i = 0; i < AT_ONCE; i++) {
      rig.apply("many-" + i, "{rolling: {batch: 1}}", 1, "0s");
    }
    long before = rig.deployerPeakMegabytes();
    long begun = System.nanoTime();
    List<String> deployments = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      deployments.add(rig.deploy("many-" + i, "many"));
    }
    for (String deployment : deployments) {
      rig.awaitState(deployment, "succeeded");
    }
    System.out.printf(
        "%d deployments at once: all succeeded after %d ms; most memory resident %d MB (before: %d MB)%n",
        AT_ONCE, since(begun), rig.deployerPeakMegabytes(), before);
  }

  static long since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  /** The first rounds, in which the JVM warms up, are left out. */
  private static void print(String what, List<Long> millis) {
    List<Long> sorted = millis.subList(WARM_UP, millis.size()).stream().sorted().toList();
    System.out.printf(
        "%s: p50 %d ms, p95 %d ms, most %d ms of %d (the very first: %d ms)%n",
        what,
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() * 95 / 100),
        sorted.getLast(),
        sorted.size(),
        millis.getFirst());
  }
}
