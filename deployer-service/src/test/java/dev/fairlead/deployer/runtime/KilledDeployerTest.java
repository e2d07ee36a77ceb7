package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A deployer that is killed")
class KilledDeployerTest {

  private static final Place PLACE = Place.of("orders", "staging");
  private static final Fence FENCE = new Fence(PLACE, 1);
  private static final DeploymentId DEPLOYMENT = DeploymentId.forRequest("killed-deployer-test");
  private static final int INSTANCES = 15;
  private static final int KILLS = 3;

  @TempDir private Path folder;

  @AfterEach
  void stopAll() throws Exception {
    Runtime runtime = runtime(folder);
    for (Instance instance : runtime.observe(PLACE)) {
      runtime.stop(instance.id(), Duration.ZERO, FENCE);
    }
  }

  @Test
  @DisplayName("leaves its instances running, each in a session of its own, for the next to adopt")
  void adopted() throws Exception {
    Process deployer = startDeployer();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> runtime(folder).observe(id(0)).filter(Instance::running).isPresent());
    kill(deployer);

    Runtime successor = runtime(folder);
    List<Instance> before = successor.observe(PLACE);
    Instance again = successor.start(spec(folder, 0), FENCE);

    assertThat(before).contains(again);
    assertThat(again.running()).isTrue();
    assertThat(processesOf(id(0)))
        .singleElement()
        .satisfies(
            process -> {
              assertThat(process.leadsSession()).isTrue();
              assertThat(process.session()).isNotEqualTo(sessionOf(ProcessHandle.current().pid()));
            });
  }

  @Test
  @DisplayName("at any moment of starting leaves neither orphans nor doubles")
  void neitherOrphansNorDoubles() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < KILLS; i++) {
      Process deployer = startDeployer();
      int known = runtime(folder).observe(PLACE).size();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> runtime(folder).observe(PLACE).size() > Math.min(known, INSTANCES - 1));
      Thread.sleep(random.nextInt(60)); // the moment of the kill, anywhere in a start
      kill(deployer);
    }

    Runtime successor = runtime(folder);
    for (int i = 0; i < INSTANCES; i++) {
      successor.start(spec(folder, i), FENCE);
      assertThat(processesOf(id(i))).as(id(i).value()).hasSize(1);
    }
    assertThat(successor.observe(PLACE)).hasSize(INSTANCES).allMatch(Instance::running);
    for (int i = 0; i < INSTANCES; i++) {
      successor.stop(id(i), Duration.ZERO, FENCE);
      assertThat(processesOf(id(i))).isEmpty();
    }
    assertThat(successor.observe(PLACE)).isEmpty();
  }

  private Process startDeployer() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Deployer.class.getName(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "deployer.log")))
        .start();
  }

  private static void kill(Process deployer) throws InterruptedException {
    deployer.destroyForcibly().waitFor();
  }

  private List<ProcessTable.Entry> processesOf(InstanceId id) throws IOException {
    String name = Files.readString(folder.resolve("runtime/name")).strip();
    return new Marks(name, new ProcessTable()).processesOf(id);
  }

  private static long sessionOf(long pid) {
    return new ProcessTable().find(pid).orElseThrow().session();
  }

  private static InstanceId id(int number) {
    return new InstanceId("orders-" + number);
  }

  private static Runtime runtime(Path folder) {
    return new ProcessRuntime(folder.resolve("runtime"), PortRange.DEFAULT, Clock.systemUTC());
  }

  private static InstanceSpec spec(Path folder, int number) {
    return new InstanceSpec(
        id(number),
        PLACE,
        DEPLOYMENT,
        new Version("1"),
        new Program.Unpacked(
            new ArtifactDigest("sha256:" + "ab".repeat(32)), folder, List.of("sleep", "300")),
        Map.of(),
        Limits.DEFAULT);
  }

  /** Starts one instance after the other, then waits to be killed. */
  public static final class Deployer {

    private Deployer() {}

    public static void main(String[] args) throws InterruptedException {
      Path folder = Path.of(args[0]);
      Runtime runtime = runtime(folder);
      for (int i = 0; i < INSTANCES; i++) {
        runtime.start(spec(folder, i), FENCE);
      }
      Thread.sleep(Duration.ofMinutes(5));
    }
  }
}
