package dev.fairlead.alert;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.testing.ServiceProcess;
import dev.fairlead.stack.testing.ServiceProcess.Answer;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The service with its routes and channels, and what it says of alerts. */
final class AlertProcess implements AutoCloseable {

  private static final String ON_CALL = "alice";

  private final ServiceProcess process;

  private AlertProcess(Path folder, Path settings) throws Exception {
    process =
        ServiceProcess.start(
            AlertService.class,
            folder,
            Shared.freshDatabase("alert"),
            Map.of(ON_CALL, "on-call"),
            Map.of("FAIRLEAD_ALERT_CONFIG", settings.toString()));
  }

  /**
   * @param settings what alert.yaml says
   */
  static AlertProcess start(Path folder, String settings) throws Exception {
    return new AlertProcess(folder, Files.writeString(folder.resolve("alert.yaml"), settings));
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  void start() throws Exception {
    process.startAgain();
  }

  JsonNode get(String path) throws Exception {
    return send("GET", path, "").body();
  }

  Answer send(String method, String path, String body) throws Exception {
    return process.send(ON_CALL, method, path, body);
  }

  /** The newest alert with this fingerprint, as GET /alerts shows it; missing if there is none. */
  JsonNode alert(String fingerprint) throws Exception {
    for (JsonNode alert : get("/alerts?state=all&limit=1000")) {
      if (alert.path("fingerprint").asString("").equals(fingerprint)) {
        return alert;
      }
    }
    return MissingNode.getInstance();
  }

  /** Waits until the alert is in this state, and gives everything known of it. */
  JsonNode awaitAlert(String fingerprint, String state) throws Exception {
    await(fingerprint + " is " + state)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> alert(fingerprint).path("state").asString("").equals(state));
    return get("/alerts/" + alert(fingerprint).path("alert").asString());
  }

  /** What the service has written down, seen from beside it. */
  JdbcClient database() {
    Shared.Database it = process.database();
    return JdbcClient.create(new DriverManagerDataSource(it.jdbcUrl(), it.user(), it.password()));
  }

  String log() throws IOException {
    return process.log();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
