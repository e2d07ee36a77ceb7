package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import dev.fairlead.cli.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine.Model.CommandSpec;

class FairleadTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  void helpOfEveryCommandIsThereAndContactsNobody() {
    for (String name : Commands.root(new String[0]).subcommands().keySet()) {
      assertHelp(name);
      CommandSpec spec = Commands.entry(name).build();
      for (String below : spec.subcommands().keySet()) {
        assertHelp(name, below);
      }
    }
    assertThat(fairlead.requests).isEmpty();
  }

  private void assertHelp(String... names) {
    String[] line = Arrays.copyOf(names, names.length + 1);
    line[names.length] = "--help";
    Result result = fairlead.run(line);
    assertThat(result.exit()).as(String.join(" ", names)).isEqualTo(Exit.OK);
    assertThat(result.out()).startsWith("Usage: fairlead " + String.join(" ", names));
    assertThat(result.err()).isEmpty();
  }

  @Test
  void theListOfCommandsAnswersHelpAndNothing() {
    assertThat(fairlead.run().out()).contains("Exit codes:", "deploy");
    assertThat(fairlead.run("help", "deploy").out()).contains("--environment");
    assertThat(fairlead.run("--version").out()).startsWith("fairlead ");
  }

  @Test
  void aMistypedCommandIsAUsageErrorWithASuggestion() {
    Result result = fairlead.run("depoly", "orders", "2");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("did you mean deploy");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void missingAndWrongArgumentsAreUsageErrors() {
    assertThat(fairlead.run("deploy", "orders").exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.run("deploy", "orders", "2", "--nonsense").exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.run("deployments").exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.run("deployments", "list", "--limit", "few").err())
        .contains("--limit is few", "whole number");
    assertThat(fairlead.run("health", "--watch", "--timeout", "soon").err()).contains("90s, 15m");
    assertThat(fairlead.requests).isEmpty();
  }

  @Test
  void aRefusedTokenIsToldWithWhereItIsFrom() throws IOException {
    fairlead.answering("GET /targets", 401, "{\"detail\":\"this needs a valid API token\"}");
    assertThat(fairlead.run("health").err())
        .contains("this needs a valid API token", "sent was the token of FAIRLEAD_TOKEN");

    Path tokens = fairlead.localStack(Service.HEALTH);
    fairlead.without("FAIRLEAD_TOKEN").with("XDG_CONFIG_HOME", fairlead.folder().toString());
    assertThat(fairlead.run("health").err())
        .contains("no token: there is none in FAIRLEAD_TOKEN and " + tokens.resolve("admin"));
    Files.writeString(tokens.resolve("admin"), "old");
    assertThat(fairlead.run("health").err())
        .contains("sent was the token in " + tokens.resolve("admin"));
  }

  @Test
  void anAddressThatIsNoneIsToldWithItsVariable() {
    for (String wrong : List.of("http://[", "http://not here:7101", "not-here")) {
      Result result = fairlead.with("FAIRLEAD_DEPLOYER_URL", wrong).run("deployments", "list");

      assertThat(result.exit()).isEqualTo(Exit.USAGE);
      assertThat(result.err())
          .contains("FAIRLEAD_DEPLOYER_URL is '" + wrong + "', which is no address")
          .contains("http://127.0.0.1:7101");
    }
  }

  @Test
  void saysWhatToDoWhenAServiceDoesNotAnswer() {
    fairlead.with("FAIRLEAD_HEALTH_URL", "http://127.0.0.1:1");
    Result result = fairlead.run("health");
    assertThat(result.exit()).isEqualTo(Exit.UNREACHABLE);
    assertThat(result.err())
        .contains(
            "health at http://127.0.0.1:1 cannot be reached", "fairlead up", "FAIRLEAD_HEALTH_URL");
  }

  @Test
  void errorsAreJsonForThoseWhoAskForJson() {
    Result result = fairlead.run("deployments", "show", "unknown", "--json");
    assertThat(result.out()).isEmpty();
    Json error = Json.parse(result.err());
    assertThat(error.text("error")).isEqualTo("nothing at GET /deployments/unknown");
    assertThat(error.number("exit")).isEqualTo(1);
  }

  @Test
  void healthIsToldByTheExitCode() {
    fairlead.answering(
        "GET /targets",
        200,
        "[{\"target\":\"orders/staging/http\",\"application\":\"orders\",\"verdict\":\"degraded\",\"lastReason\":\"status 500\"}]",
        "[{\"target\":\"orders/staging/http\",\"application\":\"orders\",\"verdict\":\"healthy\"}]");
    Result degraded = fairlead.run("health");
    assertThat(degraded.exit()).isEqualTo(Exit.FAILED);
    assertThat(degraded.out())
        .contains("✗ orders/staging/http", "status 500")
        .doesNotContain("\u001b");
    assertThat(fairlead.run("health", "--json").exit()).isEqualTo(Exit.OK);
  }

  @Test
  void listsAreTablesOrTheServicesOwnJson() {
    String list =
        "[{\"decision\":\"ADR-0001\",\"status\":\"ACCEPTED\",\"date\":\"2026-11-21\",\"title\":\"Use PostgreSQL\"}]";
    fairlead.answering("GET /decisions", 200, list);
    assertThat(fairlead.run("adr", "list").out().lines())
        .containsExactly(
            "DECISION  STATUS    DATE        TITLE",
            "ADR-0001  accepted  2026-11-21  Use PostgreSQL");
    assertThat(fairlead.run("adr", "list", "--json").out().strip()).isEqualTo(list);
  }

  @Test
  void tailsAsManyEventsAsAsked() {
    fairlead.answering(
        "GET /events?application=orders",
        200,
        "id: 1\ndata: {\"type\":\"dev.fairlead.deploy-started.v1\",\"subject\":\"orders/staging\"}\n\nid: 2\ndata: {\"type\":\"x\"}\n\n");
    Result result = fairlead.run("events", "tail", "--application", "orders", "--limit", "1");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out().lines()).hasSize(1).first().asString().contains("deploy-started");
  }

  @Test
  void anAnswerThatIsNotFairleadsIsExplained() {
    fairlead.answering("GET /decisions", 200, "<html>somebody else</html>");
    assertThat(fairlead.run("adr", "list").err()).contains("not JSON", "FAIRLEAD_ADR_URL");
  }

  @Test
  void whatNobodyForesawIsOneErrorAndATraceOnRequest() throws IOException {
    Path run = Files.createDirectories(fairlead.folder().resolve(".fairlead/run"));
    Files.createDirectories(run.resolve("edge.pid/in-the-way"));

    Result result = fairlead.run("down");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err().lines())
        .containsExactly(
            "error: cannot delete %s: DirectoryNotEmptyException"
                .formatted(run.resolve("edge.pid")),
            "  → if that does not say what to do: FAIRLEAD_DEBUG=1 shows where it happened");
    assertThat(Json.parse(fairlead.run("down", "--json").err()).text("error"))
        .contains("cannot delete");
    assertThat(fairlead.with("FAIRLEAD_DEBUG", "1").run("down").err())
        .contains("error: cannot delete", "\tat dev.fairlead.cli.");
  }

  @Test
  void aDefectIsToldByTheNameOfItsException() {
    Result result = fairlead.with("FAIRLEAD_HOME", "no\0path").run("health");
    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).startsWith("error: java.nio.file.InvalidPathException: ");
    assertThat(result.err().lines()).hasSize(2);
  }
}
