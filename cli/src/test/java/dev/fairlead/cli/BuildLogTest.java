package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The log of a build")
class BuildLogTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("is printed as it was written")
  void printed() {
    fairlead.answering("GET /deployments/d1/log", 200, "Step 1/2 : FROM scratch\nStep 2/2\n");

    assertThat(fairlead.run("deployments", "log", "d1"))
        .isEqualTo(new Result(Exit.OK, "Step 1/2 : FROM scratch\nStep 2/2\n", ""));
    assertThat(fairlead.run("deployments", "log", "d1", "--json").out())
        .contains("\"deployment\":\"d1\"", "FROM scratch\\nStep 2/2");
    assertThat(fairlead.requests.getFirst().token()).isEqualTo("Bearer token-of-the-test");
  }

  @Test
  @DisplayName("is missed with the deployer's own words")
  void none() {
    fairlead.answering(
        "GET /deployments/d1/log",
        404,
        """
        {"detail":"deployment d1 has no log of a build","advice":"only what builds an image has one"}""");

    Result result = fairlead.run("deployments", "log", "d1");

    assertThat(result.exit()).isNotEqualTo(Exit.OK);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("deployment d1 has no log of a build", "only what builds an image has one");
  }
}
