package dev.fairlead.adr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.DecisionProposed;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Version;
import java.sql.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Of the service's story: what becomes of decisions that deployments were let pass without. */
final class WaiverChapter {

  private final AdrProcess adr;
  private final Git git;
  private final DecisionFacts facts;

  WaiverChapter(AdrProcess adr, Git git, DecisionFacts facts) {
    this.adr = adr;
    this.git = git;
    this.facts = facts;
  }

  /** Told while the service is down, twice; and killed once more as soon as it has proposed. */
  void keep() throws Exception {
    long before = facts.count(DecisionProposed.class);
    adr.kill();
    DeploymentId deployment = DeploymentId.random();
    facts.tell(gate(deployment, "ADR-0004", new Actor("april")));
    facts.tell(gate(deployment, "ADR-0004", new Actor("april")));
    facts.tell(gate(deployment, "ADR-0002", null));
    adr.start();
    DecisionProposed proposed = facts.await(DecisionProposed.class, (int) before + 1).getLast();
    adr.kill();
    adr.start();
    facts.tell(gate(DeploymentId.random(), "ADR-0004", new Actor("otto")));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> facts.count(DecisionProposed.class) >= before + 2);

    assertThat(facts.count(DecisionProposed.class)).isEqualTo(before + 2);
    assertThat(proposed.title()).isEqualTo("Deploy 7 to orders/production in spite of ADR-0004");
    assertThat(proposed.proposedBy()).isEqualTo(new Actor("april"));
    assertThat(proposed.appliesTo()).containsExactly("orders/production");
    JsonNode kept = adr.get("/decisions/" + proposed.decision()).body();
    assertThat(kept.path("status").asString()).isEqualTo("proposed");
    assertThat(kept.path("markdown").asString())
        .contains(
            "Waived: ADR-0004 for deployment " + deployment,
            "> decision ADR-0004 is proposed, not accepted",
            "> # the shop is down\n> ```");
    assertThat(git.run("log", "--format=%an", "--grep", "in spite of")).isEqualTo("otto\napril");
    assertThat(adr.lintErrors()).isEmpty();
  }

  /** One cannot be read, one names a place that would end the front matter, one is as it should. */
  void giveUpOnOneOnly() throws Exception {
    String commits = git.run("rev-list", "--count", "HEAD");
    long before = facts.count(DecisionProposed.class);
    try (Connection connection = adr.connection();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO waived (deployment, decision, document)"
              + " VALUES (gen_random_uuid(), 'ADR-0004', '{}')");
      facts.tell(gate(DeploymentId.random(), "ADR-0004", new Actor("mallory"), "a/b\n---\n"));
      facts.tell(gate(DeploymentId.random(), "ADR-0004", new Actor("otto")));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                var row =
                    statement.executeQuery(
                        "SELECT count(given_up), count(proposed_as), count(*) FROM waived");
                row.next();
                return row.getInt(1) == 1 && row.getInt(2) + 1 == row.getInt(3);
              });
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> facts.count(DecisionProposed.class) >= before + 2);
    assertThat(Integer.parseInt(git.run("rev-list", "--count", "HEAD")))
        .as("one commit for each that was proposed")
        .isEqualTo(Integer.parseInt(commits) + 2);
    assertThat(facts.seen(DecisionProposed.class))
        .extracting(DecisionProposed::title)
        .contains("Deploy 7 to an unnamed place in spite of ADR-0004");
    assertThat(adr.lintErrors()).isEmpty();
  }

  private static GateEvaluated gate(
      DeploymentId deployment, String decision, @Nullable Actor waivedBy) {
    return gate(deployment, decision, waivedBy, "orders/production");
  }

  private static GateEvaluated gate(
      DeploymentId deployment, String decision, @Nullable Actor waivedBy, String place) {
    return new GateEvaluated(
        new DecisionId(decision),
        deployment,
        waivedBy == null,
        "decision %s is proposed, not accepted".formatted(decision),
        place,
        new Version("7"),
        waivedBy,
        waivedBy == null ? null : "# the shop is down\n```");
  }
}
