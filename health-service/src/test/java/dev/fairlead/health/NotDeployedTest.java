package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.events.Version;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Facts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("A target of a place that was never deployed")
class NotDeployedTest {

  private static final ApplicationName APPLICATION = new ApplicationName("early");
  private static final EnvironmentName ENVIRONMENT = new EnvironmentName("production");
  private static final String ID = "early/production/tcp";

  @Test
  @DisplayName("says so, whatever its probe finds, until the first deployment")
  void saysSo(@TempDir Path folder) throws Exception {
    try (HealthProcess health = HealthProcess.start(folder);
        Facts facts = Facts.on(Topic.HEALTH.topicName())) {
      facts.tell("deployer", applied(Ports.free()));
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> !health.get("/targets/" + ID).path("recent").isEmpty());
      JsonNode early = health.target(ID);
      assertThat(early.path("verdict").asString()).isEqualTo("unknown");
      assertThat(early.path("expectedUp").asBoolean(true)).isFalse();
      assertThat(early.path("notDeployedYet").asBoolean(false)).isTrue();
      assertThat(early.path("lastReason").asString()).isEqualTo("not deployed yet");

      facts.tell(
          "deployer",
          new DeploySucceeded(
              DeploymentId.random(), APPLICATION, ENVIRONMENT, new Version("1"), null, 5, null));
      health.awaitVerdict(ID, "degraded");
      assertThat(health.target(ID).path("expectedUp").asBoolean(false)).isTrue();
      assertThat(health.target(ID).path("notDeployedYet").asBoolean(true)).isFalse();
      assertThat(health.target(ID).path("lastReason").asString()).contains("refused");
    }
  }

  private static ApplicationApplied applied(int port) {
    HealthTarget target =
        new HealthTarget(
            new TargetId(ID),
            ProbeKind.TCP,
            "127.0.0.1:" + port,
            1,
            900,
            null,
            null,
            null,
            null,
            null,
            Severity.CRITICAL,
            2,
            120,
            2);
    return new ApplicationApplied(
        APPLICATION, ENVIRONMENT, "0".repeat(64), null, List.of(target), List.of(), Map.of());
  }
}
