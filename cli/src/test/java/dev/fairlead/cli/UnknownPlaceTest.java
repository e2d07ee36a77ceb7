package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the answer of the deployer that its own DeployJourneyTest holds. */
@DisplayName("An environment that does not exist")
class UnknownPlaceTest {

  private static final String REFUSAL =
      """
      {"title":"Not Found","status":404,"code":"unknown-environment",\
      "detail":"orders has no environment moon",\
      "advice":"choose one of staging, production, or add it to the manifest"}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @BeforeEach
  void refusing() {
    fairlead.answering("POST /deployments", 404, REFUSAL).answering("POST /plans", 404, REFUSAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy orders 2 --environment moon",
        "deploy orders 2 --environment moon --watch",
        "deploy orders 2 --environment moon --dry-run",
        "plan orders 2 --environment moon"
      })
  @DisplayName("is refused with one message that names those that do, and exit code 1:")
  void refused(String line) {
    Result result = fairlead.run(line.split(" ", -1));

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly(
            "error: orders has no environment moon",
            "  → choose one of staging, production, or add it to the manifest");
    assertThat(fairlead.requests).hasSize(1);
  }

  @Test
  @DisplayName("is told to programs with a code")
  void json() {
    Json error =
        Json.parse(fairlead.run("deploy", "orders", "2", "--environment", "moon", "--json").err());

    assertThat(error.text("code")).isEqualTo("unknown-environment");
    assertThat(error.number("exit")).isEqualTo(1);
    assertThat(error.text("advice")).contains("staging, production");
  }
}
