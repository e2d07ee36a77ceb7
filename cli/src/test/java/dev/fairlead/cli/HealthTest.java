package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead health")
class HealthTest {

  private static final String STAGING =
      """
      {"target":"orders/staging/http","application":"orders","verdict":"healthy","expectedUp":true}""";
  private static final String PRODUCTION =
      """
      {"target":"orders/production/http","application":"orders","verdict":"unknown",\
      "expectedUp":false,"lastReason":"not deployed yet"}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("does not blame a place that was never deployed, and says that it was not")
  void notDeployed() {
    answering(STAGING + "," + PRODUCTION);

    Result result = fairlead.run("health");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out().lines())
        .containsExactly("✓ orders/staging/http", "· orders/production/http  not deployed yet");
  }

  @Test
  @DisplayName("is not well while one that was deployed is unknown, or nobody says what it expects")
  void unknown() {
    answering(STAGING + "," + PRODUCTION.replace("\"expectedUp\":false", "\"expectedUp\":true"));
    Result deployed = fairlead.run("health");
    assertThat(deployed.exit()).isEqualTo(Exit.FAILED);
    assertThat(deployed.out()).contains("? orders/production/http");

    answering(PRODUCTION.replace("\"expectedUp\":false,", ""));
    assertThat(fairlead.run("health").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  @DisplayName("waits for the first deployment when it is told to wait")
  void watch() {
    fairlead.answering(
        "GET /targets",
        200,
        "[" + PRODUCTION + "]",
        "[" + PRODUCTION.replace("unknown", "healthy").replace("false", "true") + "]");

    Result result = fairlead.run("health", "--watch", "--timeout", "30s");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("✓ orders/production/http");
  }

  private void answering(String targets) {
    fairlead.answering("GET /targets", 200, "[" + targets + "]");
  }
}
