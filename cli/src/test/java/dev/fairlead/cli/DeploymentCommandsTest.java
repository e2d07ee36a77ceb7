package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import dev.fairlead.cli.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeploymentCommandsTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  void passesAServicesRefusalOnWithItsAdvice() {
    fairlead.answering(
        "POST /deployments",
        422,
        """
        {"code":"decision-not-accepted","detail":"ADR-0007 is proposed",\
        "advice":"have it accepted","errors":[{"field":"decisions[0]","message":"is proposed"}]}""");
    Result result = fairlead.run("deploy", "orders", "3", "--decision", "ADR-0007");
    assertThat(result.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(result.err())
        .contains("error: ADR-0007 is proposed", "decisions[0]: is proposed", "→ have it accepted");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void namesEachMistakeOfAManifestOnceWithItsLine() {
    fairlead.answering(
        "POST /deployments",
        422,
        """
        {"code":"invalid-manifest","detail":"the manifest has 1 mistake(s)",\
        "advice":"correct it","errors":[{"line":3,"field":"replicas","message":"found 'many'"}]}""");
    Result result = fairlead.run("deploy", "orders", "3");
    assertThat(result.err())
        .isEqualToIgnoringWhitespace(
            "error: the manifest has 1 mistake(s) line 3: replicas: found 'many' → correct it");
  }

  @Test
  void sendsWhatWasAskedForWithTheToken() {
    fairlead.answering("POST /deployments", 202, "{\"deployment\":\"d1\"}");
    Result result =
        fairlead.run(
            "deploy",
            "orders",
            "2",
            "--environment",
            "production",
            "--key",
            "ci-1",
            "--message",
            "Charge once",
            "--author",
            "Ada",
            "--json");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(Json.parse(result.out()).text("deployment")).isEqualTo("d1");
    assertThat(fairlead.requests.getFirst().token()).isEqualTo("Bearer token-of-the-test");
    Json body = Json.parse(fairlead.requests.getFirst().body());
    assertThat(body.text("application")).isEqualTo("orders");
    assertThat(body.text("version")).isEqualTo("2");
    assertThat(body.text("environment")).isEqualTo("production");
    assertThat(body.text("idempotencyKey")).isEqualTo("ci-1");
    assertThat(body.text("message")).isEqualTo("Charge once");
    assertThat(body.text("author")).isEqualTo("Ada");
    assertThat(body.names()).doesNotContain("artifact", "decisions");
  }

  @Test
  void everyRollbackHasAKeyOfItsOwn() {
    fairlead.answering("POST /rollbacks", 202, "{\"deployment\":\"d1\"}");
    assertThat(fairlead.run("rollback", "orders").exit()).isEqualTo(Exit.OK);
    assertThat(fairlead.run("rollback", "orders").exit()).isEqualTo(Exit.OK);
    assertThat(fairlead.run("rollback", "orders", "--key", "incident-7").exit()).isEqualTo(Exit.OK);
    List<String> keys =
        fairlead.requests.stream()
            .filter(request -> request.line().equals("POST /rollbacks"))
            .map(request -> Json.parse(request.body()).text("idempotencyKey"))
            .toList();
    assertThat(keys).doesNotHaveDuplicates().doesNotContain("").contains("incident-7");
  }

  @Test
  void usesTheTokenOfALocalIdentity() throws IOException {
    Path tokens = fairlead.localStack(Service.DEPLOYER);
    Files.writeString(tokens.resolve("approver"), "token-of-bob\n");
    fairlead.answering("GET /deployments/d1", 200, "{\"deployment\":\"d1\",\"planHash\":\"abc\"}");
    fairlead.answering("POST /deployments/d1/approval", 200, "{}");
    assertThat(fairlead.run("approve", "d1", "--as", "approver").exit()).isEqualTo(Exit.OK);
    assertThat(fairlead.requests.getLast().token()).isEqualTo("Bearer token-of-bob");
    assertThat(Json.parse(fairlead.requests.getLast().body()).text("planHash")).isEqualTo("abc");
    assertThat(fairlead.run("approve", "d1", "--as", "../secrets").exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.run("approve", "d1", "--as", "carol").err()).contains("no token of carol");
  }

  @Test
  void whatHasNoPlanYetCannotBeApprovedAndNobodyIsAsked() {
    fairlead.answering(
        "GET /deployments/d1", 200, "{\"deployment\":\"d1\",\"state\":\"planning\"}");
    Result result = fairlead.run("approve", "d1");
    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err())
        .contains("deployment d1 has no plan yet: it is planning", "approve it in a moment");
    assertThat(fairlead.requests).hasSize(1);
  }

  @Test
  void aPersonLetsAHeldDeploymentGoOnOrHasOneUndone() throws IOException {
    Path tokens = fairlead.localStack(Service.DEPLOYER);
    Files.writeString(tokens.resolve("approver"), "token-of-bob\n");
    fairlead.answering("POST /deployments/d1/continuation", 200, "{\"state\":\"running\"}");
    Result goesOn =
        fairlead.run(
            "deployments", "continue", "d1", "--comment", "orders come in", "--as", "approver");
    assertThat(goesOn.exit()).isEqualTo(Exit.OK);
    assertThat(goesOn.out()).contains("d1 goes on");
    assertThat(fairlead.requests.getLast().token()).isEqualTo("Bearer token-of-bob");
    assertThat(Json.parse(fairlead.requests.getLast().body()).text("comment"))
        .isEqualTo("orders come in");

    fairlead.answering(
        "POST /deployments/d3/continuation",
        200,
        "{\"state\":\"held\",\"advice\":\"bob vouches for it; a second person has to\"}");
    assertThat(fairlead.run("deployments", "continue", "d3").out())
        .contains("a second person has to")
        .doesNotContain("goes on");

    fairlead.answering(
        "POST /deployments/d2/undoing",
        409,
        "{\"code\":\"place-busy\",\"detail\":\"another deployment is changing orders/staging\",\"advice\":\"wait for its end\"}");
    Result busy = fairlead.run("deployments", "undo", "d2", "--restored", "--reason", "by hand");
    assertThat(busy.exit()).isNotEqualTo(Exit.OK);
    assertThat(busy.err()).contains("another deployment is changing", "wait for its end");
    assertThat(fairlead.requests.getLast().body())
        .contains("\"restored\":true", "\"reason\":\"by hand\"");
  }

  @Test
  void watchingADeploymentEndsWithHowItEnded() {
    String running =
        "{\"deployment\":\"d1\",\"state\":\"running\",\"steps\":[{\"phase\":\"backup\",\"name\":\"backup\",\"outcome\":\"succeeded\",\"durationMillis\":7}]}";
    String ended =
        """
        {"deployment":"d1","application":"orders","version":"3","environment":"staging",\
        "state":"rolled-back","reason":"error rate 12 %","advice":"look at the log","steps":[]}""";
    fairlead.answering("POST /deployments", 202, "{\"deployment\":\"d1\"}");
    fairlead.answering("GET /deployments/d1", 200, running, ended);
    Result result = fairlead.run("deploy", "orders", "3", "--watch");
    assertThat(result.exit()).isEqualTo(Exit.ROLLED_BACK);
    assertThat(result.err()).contains("✓ backup");
    assertThat(result.out())
        .contains("orders 3 in staging: rolled-back", "error rate 12 %", "→ look");
  }

  @Test
  void whatAGateStoppedIsBlockedAndNoOtherFailureIs() {
    String failed = "{\"deployment\":\"d1\",\"state\":\"failed\",\"blocked\":%s}";
    fairlead.answering(
        "GET /deployments/d1",
        200,
        failed.formatted("true"),
        failed.formatted("false"),
        "{\"deployment\":\"d1\",\"state\":\"failed\"}");

    assertThat(fairlead.run("deployments", "show", "d1", "--watch").exit()).isEqualTo(Exit.BLOCKED);
    assertThat(fairlead.run("deployments", "show", "d1", "--watch").exit()).isEqualTo(Exit.FAILED);
    assertThat(fairlead.run("deployments", "show", "d1", "--watch").exit())
        .as("told by an older deployer")
        .isEqualTo(Exit.FAILED);
  }

  @Test
  void aPlanWhoseFailedChecksAreWaivedIsNotBlocked() {
    String plan =
        "{\"gates\":[{\"check\":\"freeze\",\"grade\":\"must\",\"passed\":false},"
            + "{\"check\":\"%s\",\"grade\":\"must\",\"passed\":false}]}";
    fairlead.answering("POST /plans", 200, plan.formatted("incidents"), plan.formatted("digest"));
    String[] waived = {
      "plan", "orders", "2", "--waive", "freeze", "--waive", "incidents", "--reason", "urgent"
    };

    assertThat(fairlead.run(waived).exit()).isEqualTo(Exit.OK);
    assertThat(fairlead.run(waived).exit()).isEqualTo(Exit.BLOCKED);
  }

  @Test
  void aPlanThatAGateWouldStopIsBlockedAndAnyOtherIsNot() {
    String plan =
        "{\"gates\":[{\"grade\":\"%s\",\"passed\":%s},{\"grade\":\"must\",\"passed\":true}]}";
    fairlead.answering(
        "POST /plans",
        200,
        plan.formatted("must", "false"),
        plan.formatted("must", "false"),
        plan.formatted("should", "false"),
        plan.formatted("must", "true"));

    assertThat(fairlead.run("plan", "orders", "2").exit()).isEqualTo(Exit.BLOCKED);
    assertThat(fairlead.run("deploy", "orders", "2", "--dry-run", "--json").exit())
        .isEqualTo(Exit.BLOCKED);
    assertThat(fairlead.run("plan", "orders", "2").exit()).isEqualTo(Exit.OK);
    assertThat(fairlead.run("plan", "orders", "2").exit()).isEqualTo(Exit.OK);
  }

  @Test
  void watchingEndsWhenThePatienceDoes() {
    fairlead.answering("GET /deployments/d1", 200, "{\"deployment\":\"d1\",\"state\":\"running\"}");
    Result result = fairlead.run("deployments", "show", "d1", "--watch", "--timeout", "200ms");
    assertThat(result.exit()).isEqualTo(Exit.TIMED_OUT);
    assertThat(result.err()).contains("still under way");
  }

  @Test
  void aManifestThatIsNotThereIsAUsageError() {
    Result result = fairlead.run("apply", "nowhere.yaml");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains(fairlead.folder().resolve("nowhere.yaml").toString());
    assertThat(List.copyOf(fairlead.requests)).isEmpty();
  }
}
