package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.Json;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The demo")
class DemoTest {

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @TempDir static Path home;

  @BeforeAll
  static void needsPostgres() {
    Neighbours.require("pg_dump");
  }

  @Test
  @DisplayName("observes every one of its claims and leaves nothing running")
  void observesEveryClaim() {
    FairleadCommand fairlead = new FairleadCommand(home, 11_000);

    FairleadCommand.Result demo = fairlead.run(PATIENCE, "demo", "--headless", "--json");

    List<Json> claims = demo.json().at("claims").elements();
    assertThat(claims)
        .extracting(claim -> claim.text("id"))
        .containsExactlyInAnyOrder(
            "suite-ready",
            "first-release",
            "migrating-release",
            "backed-up-first",
            "no-request-lost-by-rollout",
            "bad-release-rolled-back",
            "no-request-lost-by-rollback",
            "database-intact",
            "waits-for-approval",
            "requester-cannot-approve",
            "approved-plan-runs",
            "incident-noticed",
            "alert-arrived",
            "instance-restarted",
            "alert-resolved",
            "unaccepted-decision-blocks",
            "accepted-decision-passes",
            "no-request-lost");
    assertThat(claims)
        .allSatisfy(
            claim -> {
              assertThat(claim.isTrue("observed")).as(claim.toString()).isTrue();
              assertThat(claim.text("evidence")).isNotBlank();
            });
    assertThat(demo.exit()).isZero();
    assertThat(Leftovers.of(home)).isEmpty();
  }
}
