package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("What going back costs")
class OutlookTest {

  private static final String RESTORING =
      """
      {"application":"orders","environment":"staging","fromVersion":"2","toVersion":"1",\
      "possible":true,"scope":"full","steps":[{"phase":"rollout","name":"restore-main",\
      "description":"restore it"}],"consequences":["orders/staging/main: about 42 row(s) written"],\
      "dataAtRisk":[{"database":"orders/staging/main","rows":42,"restoreMillis":40000}]}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @BeforeEach
  void cancellable() {
    fairlead.answering("POST /deployments/d1/cancellation", 200, "{}");
  }

  @Test
  @DisplayName("is asked about before a cancellation restores a database")
  void confirmation() {
    fairlead.answering("GET /deployments/d1/undoing", 200, RESTORING);

    Result asked = fairlead.run("cancel", "d1");
    assertThat(asked.exit()).isEqualTo(Exit.USAGE);
    assertThat(asked.err()).contains("about 42 row(s) written", "--yes");
    assertThat(cancellations()).isZero();

    assertThat(fairlead.run("cancel", "d1", "--yes").exit()).isEqualTo(Exit.OK);
    assertThat(cancellations()).isOne();

    assertThat(fairlead.typing("no").run("cancel", "d1").exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.typing("yes").run("cancel", "d1").exit()).isEqualTo(Exit.OK);
    assertThat(cancellations()).isEqualTo(2);
  }

  @Test
  @DisplayName("is not asked about where no data is lost, or the deployer cannot tell")
  void none() {
    assertThat(fairlead.run("cancel", "d1").exit()).isEqualTo(Exit.OK);
    fairlead.answering(
        "GET /deployments/d1/undoing", 200, "{\"possible\":true,\"scope\":\"code\"}");
    assertThat(fairlead.run("deployments", "abort", "d1").exit()).isEqualTo(Exit.OK);
    assertThat(cancellations()).isEqualTo(2);
  }

  @Test
  @DisplayName("is asked about before a rollback turns back what restores a database")
  void rollback() {
    fairlead.answering("POST /rollbacks/plan", 200, RESTORING);
    fairlead.answering("POST /rollbacks", 202, "{\"deployment\":\"d1\",\"rollback\":true}");

    Result asked = fairlead.run("rollback", "orders");
    assertThat(asked.exit()).isEqualTo(Exit.USAGE);
    assertThat(asked.err()).contains("going back with orders restores", "42 row(s)", "--yes");
    assertThat(rollbacks()).isZero();
    assertThat(fairlead.run("rollback", "orders", "--yes").exit()).isEqualTo(Exit.OK);
    assertThat(rollbacks()).isOne();

    fairlead.answering("POST /rollbacks/plan", 200, RESTORING.replace("true", "false"));
    assertThat(fairlead.run("rollback", "orders").exit()).as("for who says why").isEqualTo(Exit.OK);
    assertThat(rollbacks()).isEqualTo(2);
  }

  @Test
  @DisplayName("is shown by a dry run that changes nothing")
  void dryRun() {
    fairlead.answering("GET /deployments/d1/undoing", 200, RESTORING);
    fairlead.answering(
        "POST /rollbacks/plan",
        200,
        """
        {"application":"orders","environment":"staging","fromVersion":"2","toVersion":"1",\
        "possible":false,"reason":"version 1 does not know the schema","advice":"deploy forward"}""");

    Result cancel = fairlead.run("cancel", "d1", "--dry-run");
    assertThat(cancel.exit()).isEqualTo(Exit.OK);
    assertThat(cancel.out())
        .contains("from 2 to 1", "scope full", "about 42 row(s)", "restore-main");
    Result rollback = fairlead.run("rollback", "orders", "--dry-run");
    assertThat(rollback.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(rollback.out()).contains("not possible: version 1 does not", "→ deploy forward");
    assertThat(fairlead.requests).noneMatch(request -> request.line().equals("POST /rollbacks"));
    assertThat(cancellations()).isZero();
  }

  @Test
  @DisplayName("is shown with the plan, and with a deployment that awaits approval")
  void planned() {
    fairlead.answering("POST /plans", 200, RESTORING);
    fairlead.answering("GET /deployments/d1", 200, RESTORING);

    assertThat(fairlead.run("plan", "orders", "2").out())
        .contains("a rollback restores orders/staging/main: that takes about 40 s");
    assertThat(fairlead.run("deployments", "show", "d1").out())
        .contains("a rollback restores orders/staging/main", "about 42 row(s)");
  }

  private long cancellations() {
    return count("POST /deployments/d1/cancellation");
  }

  private long rollbacks() {
    return count("POST /rollbacks");
  }

  private long count(String line) {
    return fairlead.requests.stream().filter(request -> request.line().equals(line)).count();
  }
}
