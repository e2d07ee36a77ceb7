package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.Json;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

@Order(Integer.MAX_VALUE)
@ResourceLock(InSecondLane.LANE)
@DisplayName("The demo")
class DemoTest {

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private static final int OFFSET = 11_000;
  private static final List<String> IDS =
      List.of(
          "suite-ready",
          "first-release",
          "canary-compared",
          "migrating-release",
          "backed-up-first",
          "no-request-lost-by-rollout",
          "bad-release-rolled-back",
          "no-request-lost-by-rollback",
          "database-intact",
          "unaccepted-decision-blocks",
          "accepted-decision-passes",
          "waits-for-approval",
          "requester-cannot-approve",
          "approved-plan-runs",
          "incident-noticed",
          "alert-arrived",
          "instance-restarted",
          "alert-resolved",
          "no-request-lost");

  @TempDir Path home;

  @BeforeAll
  static void needsPostgres() {
    Neighbours.require("pg_dump");
  }

  @Test
  @DisplayName("observes every one of its claims and leaves nothing running")
  void observesEveryClaim() {
    FairleadCommand.Result demo = told();

    List<Json> claims = demo.json().at("claims").elements();
    assertThat(claims).extracting(claim -> claim.text("id")).containsExactlyElementsOf(IDS);
    assertThat(claims)
        .allSatisfy(
            claim -> {
              assertThat(claim.isTrue("observed")).as(claim.toString()).isTrue();
              assertThat(claim.text("evidence")).isNotBlank();
            });
    assertThat(demo.exit()).isZero();
    assertThat(Leftovers.of(home)).isEmpty();
  }

  @Test
  @DisplayName("lists what it never came to as not observed, with the reason")
  void listsWhatWasNotReached() throws IOException {
    FairleadCommand.Result demo;
    try (ServerSocket _ = new ServerSocket(7192 + OFFSET, 1, InetAddress.getLoopbackAddress())) {
      demo = told();
    }

    Json document = demo.json();
    assertThat(demo.exit()).isEqualTo(1);
    assertThat(document.number("claimed")).isEqualTo(IDS.size());
    assertThat(document.number("observed")).isZero();
    List<Json> claims = document.at("claims").elements();
    assertThat(claims).extracting(claim -> claim.text("id")).containsExactlyElementsOf(IDS);
    assertThat(claims).noneMatch(claim -> claim.isTrue("observed"));
    assertThat(claims.getFirst().text("evidence")).contains("port " + (7192 + OFFSET));
    assertThat(claims.subList(1, claims.size()))
        .extracting(claim -> claim.text("evidence"))
        .containsOnly("not reached: suite-ready was not observed");
  }

  private FairleadCommand.Result told() {
    return new FairleadCommand(home, OFFSET).run(PATIENCE, "demo", "--headless", "--json");
  }
}
