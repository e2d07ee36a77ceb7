package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The health gate")
class HealthGateTest {

  private static final Place PLACE = Place.of("orders", "staging");
  private static final Fence FENCE = new Fence(PLACE, 1);

  @TempDir private Path folder;
  private Runtime runtime = unset();

  @BeforeEach
  void open() {
    runtime = new ProcessRuntime(folder.resolve("runtime"), PortRange.DEFAULT, Clock.systemUTC());
  }

  @AfterEach
  void stopAll() throws Exception {
    for (Instance instance : runtime.observe(PLACE)) {
      runtime.stop(instance.id(), Duration.ZERO, FENCE);
    }
  }

  @Test
  @DisplayName("waits for two good answers in a row, and for the instance to stay so")
  void healthy() throws Exception {
    InstanceId a = start("a", "serve 200");
    InstanceId b = start("b", "serve 200");

    List<Health> results = gate(List.of(a, b), Duration.ofMillis(600), Duration.ofSeconds(90));

    assertThat(results).extracting(Health::instance).containsExactly(a, b);
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(((Health.Healthy) result).after())
                    .isGreaterThan(Duration.ofMillis(600)));
  }

  @Test
  @DisplayName("reports an instance that ends at once, without waiting for the deadline")
  void ends() throws Exception {
    InstanceId id = start("a", "exit 4");

    long start = System.nanoTime();
    List<Health> results = gate(List.of(id), Duration.ofSeconds(1), Duration.ofMinutes(5));

    assertThat(results).containsExactly(new Health.Unhealthy(id, "it ended: exit code 4"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("reports what it last saw of an instance that never gets healthy")
  void never() throws Exception {
    InstanceId id = start("a", "serve 503");
    int port = runtime.observe(id).orElseThrow().address().orElseThrow().port();
    await().atMost(Duration.ofSeconds(60)).until(() -> !PortRange.available(port));

    List<Health> results = gate(List.of(id), Duration.ofSeconds(1), Duration.ofSeconds(3));

    assertThat(((Health.Unhealthy) results.getFirst()).reason())
        .startsWith("not healthy within 3 s: GET http://127.0.0.1:")
        .endsWith("/health answered 503");
  }

  @Test
  @DisplayName("does not trust an instance that dies while it should stay healthy")
  void diesMeanwhile() throws Exception {
    InstanceId id = start("a", "serve 200 & sleep 3; kill $!; exit 5");

    List<Health> results = gate(List.of(id), Duration.ofMinutes(5), Duration.ofMinutes(10));

    assertThat(results.getFirst()).isInstanceOf(Health.Unhealthy.class);
  }

  @Test
  @DisplayName("reports an instance that does not exist")
  void unknown() throws Exception {
    InstanceId id = new InstanceId("nobody");

    assertThat(gate(List.of(id), Duration.ZERO, Duration.ofSeconds(5)))
        .containsExactly(new Health.Unhealthy(id, "it does not exist (any more)"));
  }

  @Test
  @DisplayName("ends when it is interrupted")
  void interrupted() throws Exception {
    InstanceId id = start("a", "serve 503");
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    gate(List.of(id), Duration.ZERO, Duration.ofMinutes(5));
                  } catch (InterruptedException expected) {
                    return;
                  }
                });

    waiting.interrupt();

    assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
  }

  private List<Health> gate(List<InstanceId> ids, Duration stay, Duration deadline)
      throws InterruptedException {
    HealthCheck check =
        new HealthCheck("/health", Duration.ofMillis(100), Duration.ofSeconds(2), stay, deadline);
    return new HealthGate(runtime::observe).await(ids, check);
  }

  /** A script in which {@code serve} answers every request with a status. */
  private InstanceId start(String name, String script) throws IOException {
    Path release = Files.createDirectories(folder.resolve(name));
    Path file = release.resolve("run.sh");
    String java =
        "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' '%s'"
            .formatted(System.getProperty("java.class.path"), Answering.class.getName());
    Files.writeString(file, "#!/bin/sh\nserve() { " + java + " $1; }\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    InstanceId id = new InstanceId("orders-" + name);
    runtime.start(
        new InstanceSpec(
            id,
            PLACE,
            DeploymentId.random(),
            new Version("1"),
            new Program.Unpacked(
                new ArtifactDigest("sha256:" + "ab".repeat(32)), release, List.of("./run.sh")),
            Map.of(),
            Limits.DEFAULT),
        FENCE);
    return id;
  }

  /** Answers everything with the status given as argument. */
  public static final class Answering {

    private Answering() {}

    public static void main(String[] args) throws IOException {
      int port = Integer.parseInt(System.getenv("PORT"));
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(Integer.parseInt(args[0]), -1);
            exchange.close();
          });
      server.start();
    }
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Runtime unset() {
    return null;
  }
}
