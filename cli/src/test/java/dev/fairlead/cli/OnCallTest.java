package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead oncall")
class OnCallTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("lists who is on call, who is next and who stands in")
  void list() {
    String teams =
        """
        [{"team":"payments","onCall":["dave"],"until":"2026-12-01T08:00:00Z","next":["alice"],\
        "overrides":[{"id":"o1","team":"payments","person":"dave","from":"2026-11-30T08:00:00Z",\
        "until":"2026-12-01T08:00:00Z","createdBy":"bob","reason":"swap"}]},\
        {"team":"shop","onCall":[],"overrides":[]}]""";
    fairlead.answering("GET /on-call", 200, teams);

    assertThat(fairlead.run("oncall", "list").out().lines())
        .containsExactly(
            "TEAM      ON CALL  UNTIL                 THEN",
            "payments  dave     2026-12-01T08:00:00Z  alice",
            "shop      nobody   -                     -",
            "override o1: dave for everybody in payments, 2026-11-30T08:00:00Z to"
                + " 2026-12-01T08:00:00Z, by bob: swap");
    assertThat(fairlead.run("oncall", "list", "--json").out().strip()).isEqualTo(teams);
  }

  @Test
  @DisplayName("lets somebody stand in, and wants an end of that")
  void override() {
    fairlead.answering("POST /on-call/payments/overrides", 201, "{\"id\":\"o1\"}");

    Result endless = fairlead.run("oncall", "override", "payments", "dave", "--reason", "swap");
    assertThat(endless.exit()).isEqualTo(Exit.USAGE);
    assertThat(endless.err()).contains("--for", "--until");
    assertThat(fairlead.requests).isEmpty();

    Result made =
        fairlead.run(
            "oncall",
            "override",
            "payments",
            "dave",
            "--instead-of",
            "alice",
            "--from",
            "2026-12-24T08:00:00Z",
            "--for",
            "4h",
            "--reason",
            "swap",
            "--json");
    assertThat(made.exit()).isEqualTo(Exit.OK);
    Json sent = Json.parse(fairlead.requests.getFirst().body());
    assertThat(sent.text("insteadOf")).isEqualTo("alice");
    assertThat(sent.text("until")).isEqualTo("2026-12-24T12:00:00Z");
  }
}
