package dev.fairlead.health;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.testing.ServiceProcess;
import dev.fairlead.stack.testing.ServiceProcess.Answer;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The service with its file of targets, and what it says of them. */
final class HealthProcess implements AutoCloseable {

  private static final String VIEWER = "tester";

  private final Path targetsFile;
  private final ServiceProcess process;

  private HealthProcess(Path folder, Shared.Database database) throws Exception {
    targetsFile = folder.resolve("targets.yaml");
    if (!Files.exists(targetsFile)) {
      Files.writeString(targetsFile, "targets: []\n");
    }
    process =
        ServiceProcess.start(
            HealthService.class,
            folder,
            database,
            Map.of(VIEWER, "viewer"),
            Map.of(
                "FAIRLEAD_HEALTH_TARGETSFILE",
                targetsFile.toString(),
                // Whatever needs a database that is away waits so long for it: 5 s by default.
                "SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT",
                "1000"));
  }

  static HealthProcess start(Path folder) throws Exception {
    return start(folder, Shared.freshDatabase("health"));
  }

  static HealthProcess start(Path folder, Shared.Database database) throws Exception {
    return new HealthProcess(folder, database);
  }

  Shared.Database database() {
    return process.database();
  }

  Path targetsFile() {
    return targetsFile;
  }

  /** SIGKILL, then the same command again. */
  void killAndRestart() throws Exception {
    process.kill();
    process.startAgain();
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  Answer ask(String path) throws Exception {
    return process.get(VIEWER, path);
  }

  JsonNode get(String path) throws Exception {
    return ask(path).body();
  }

  /** The target as GET /targets shows it; a missing node when it does not. */
  JsonNode target(String id) throws Exception {
    for (JsonNode target : get("/targets")) {
      if (target.path("target").asString("").equals(id)) {
        return target;
      }
    }
    return MissingNode.getInstance();
  }

  void awaitVerdict(String id, String verdict) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> target(id).path("verdict").asString("").equals(verdict));
  }

  String log() throws IOException {
    return process.log();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
