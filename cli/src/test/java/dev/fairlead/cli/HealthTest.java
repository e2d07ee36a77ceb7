package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead health")
class HealthTest {

  private static final String STAGING =
      """
      {"target":"orders/staging/http","application":"orders","verdict":"healthy"}""";
  private static final String PRODUCTION =
      """
      {"target":"orders/production/http","application":"orders","verdict":"unknown",\
      "expectedUp":false,"notDeployedYet":true,"lastReason":"not deployed yet"}""";

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
  @DisplayName("is not well while one is unknown for another reason, or nobody says for which")
  void unknown() {
    for (String notYet : List.of("\"notDeployedYet\":false,", "")) {
      answering(STAGING + "," + PRODUCTION.replace("\"notDeployedYet\":true,", notYet));
      Result blind = fairlead.run("health");
      assertThat(blind.exit()).isEqualTo(Exit.FAILED);
      assertThat(blind.out()).contains("? orders/production/http");
    }
  }

  @Test
  @DisplayName("waits for the first deployment when it is told to wait")
  void watch() {
    waitsForProduction("");
  }

  @Test
  @DisplayName("waits for the first deployment of a place, though another place is healthy")
  void watchBesideAnother() {
    waitsForProduction(STAGING + ",");
  }

  private void waitsForProduction(String others) {
    fairlead.answering(
        "GET /targets",
        200,
        "[" + others + PRODUCTION + "]",
        "[" + others + PRODUCTION.replace("unknown", "healthy").replace("true", "false") + "]");

    Result result = fairlead.run("health", "--watch", "--timeout", "30s");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("✓ orders/production/http");
  }

  private void answering(String targets) {
    fairlead.answering("GET /targets", 200, "[" + targets + "]");
  }
}
