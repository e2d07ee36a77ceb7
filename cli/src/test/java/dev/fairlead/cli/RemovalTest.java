package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Taking an application away")
class RemovalTest {

  private static final String PLAN =
      """
      {"planHash":"sha256:ab","application":"orders","environment":"staging","version":"2",\
      "needsApproval":true,"goes":["instance orders-1"],"stays":["database orders, untouched"],\
      "steps":[{"phase":"rollout","name":"clear","description":"stop every instance"}],\
      "gates":[{"grade":"must","passed":false,"detail":"frozen","advice":"wait"}]}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @BeforeEach
  void removable() {
    fairlead.answering("POST /removals/plan", 200, PLAN);
    fairlead.answering("POST /removals", 202, "{\"deployment\":\"d1\",\"state\":\"planning\"}");
    fairlead.answering(
        "GET /applications/orders/environments",
        200,
        "[{\"environment\":\"staging\",\"version\":\"2\"},{\"environment\":\"production\"}]");
  }

  @Test
  @DisplayName("is shown by a dry run: what goes, what stays, and what would be done")
  void dryRun() {
    Result result = fairlead.run("remove", "orders", "staging", "--dry-run");

    assertThat(result.exit()).as("a check would stop it").isEqualTo(Exit.BLOCKED);
    assertThat(result.out())
        .contains("orders 2 goes from staging", "instance orders-1", "database orders, untouched")
        .contains("stop every instance", "must: frozen; wait", "needs approval", "sha256:ab");
    assertThat(removals()).isEmpty();
  }

  @Test
  @DisplayName("takes a person who types its name, or --yes")
  void confirmed() {
    Result nobody = fairlead.run("remove", "orders", "staging");
    assertThat(nobody.exit()).isEqualTo(Exit.USAGE);
    assertThat(nobody.err()).contains("nobody can confirm that orders/staging goes", "--yes");

    Result slip = fairlead.typing("orders").run("remove", "orders", "staging");
    assertThat(slip.exit()).isEqualTo(Exit.USAGE);
    assertThat(slip.err()).contains("instance orders-1", "that was not orders/staging");
    assertThat(removals()).isEmpty();

    assertThat(fairlead.typing("orders/staging").run("remove", "orders", "staging").exit())
        .isEqualTo(Exit.OK);
    assertThat(fairlead.run("remove", "orders", "staging", "--yes", "--reason", "old").exit())
        .isEqualTo(Exit.OK);
    assertThat(removals()).hasSize(2).last().asString().contains("\"reason\":\"old\"");
  }

  @Test
  @DisplayName("goes from one environment, or from all that there are, and never from none named")
  void where() {
    assertThat(fairlead.run("remove", "orders", "--yes").err()).contains("--all-environments");
    assertThat(fairlead.run("remove", "orders", "staging", "--all-environments", "--yes").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(removals()).isEmpty();

    assertThat(fairlead.run("remove", "orders", "--all-environments", "--yes", "--key", "k").exit())
        .isEqualTo(Exit.OK);
    assertThat(removals())
        .satisfiesExactly(
            staging -> assertThat(staging).contains("\"staging\"", "\"k/staging\""),
            production -> assertThat(production).contains("\"production\"", "\"k/production\""));
  }

  private List<String> removals() {
    return fairlead.requests.stream()
        .filter(request -> request.line().equals("POST /removals"))
        .map(CommandLineFixture.Request::body)
        .toList();
  }
}
