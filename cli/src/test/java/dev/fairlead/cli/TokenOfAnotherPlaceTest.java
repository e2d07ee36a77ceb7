package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import dev.fairlead.cli.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The address of the server is another one than that of the stack, as that of a tunnel would be.
 */
@DisplayName("To a service that is none of the local stack")
class TokenOfAnotherPlaceTest {

  private static final String WAITING = "[{\"deployment\":\"d1\"}]";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  private Path own;

  @BeforeEach
  void tokens() throws IOException {
    Path tokens = Files.createDirectories(fairlead.folder().resolve(".fairlead/tokens"));
    Files.writeString(tokens.resolveSibling("ports"), "0");
    Files.writeString(tokens.resolve("admin"), "token-of-the-stack");
    own = Files.createDirectories(fairlead.folder().resolve("fairlead")).resolve("token");
    fairlead.without("FAIRLEAD_TOKEN").with("XDG_CONFIG_HOME", fairlead.folder().toString());
    fairlead.answering("GET /deployments?limit=20", 200, WAITING);
  }

  @Test
  @DisplayName("no token of the stack is sent, but that of the user's configuration")
  void configured() throws IOException {
    fairlead.run("deployments", "list");
    assertThat(fairlead.requests.getLast().token()).isEqualTo("null");

    Files.writeString(own, "token-of-alice");
    fairlead.run("deployments", "list");
    assertThat(fairlead.requests.getLast().token()).isEqualTo("Bearer token-of-alice");
  }

  @Test
  @DisplayName("nor is one that --as names, and nothing is asked then")
  void named() {
    Result result = fairlead.run("deployments", "list", "--as", "admin");

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err())
        .contains("--as admin is an identity of the local stack in", "FAIRLEAD_TOKEN");
    assertThat(fairlead.requests).isEmpty();
  }

  @Test
  @DisplayName("a hint names no identity, as it does to the stack")
  void hints() throws IOException {
    fairlead.answering(
        "GET /deployments/d1",
        200,
        "{\"deployment\":\"d1\",\"state\":\"awaiting-approval\"}",
        "{\"deployment\":\"d1\",\"state\":\"succeeded\"}",
        "{\"deployment\":\"d1\",\"state\":\"awaiting-approval\"}",
        "{\"deployment\":\"d1\",\"state\":\"succeeded\"}");

    assertThat(fairlead.run("deployments", "show", "d1", "--watch").err())
        .contains("fairlead approve d1")
        .doesNotContain("--as");
    fairlead.localStack(Service.DEPLOYER);
    assertThat(fairlead.run("deployments", "show", "d1", "--watch").err())
        .contains("fairlead approve d1 --as approver");
    assertThat(fairlead.requests.getLast().token()).isEqualTo("Bearer token-of-the-stack");
  }
}
