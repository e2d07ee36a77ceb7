package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SkippedTestsTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  void areAskedForByTheFlagAloneInDeploymentsAndPlans() {
    fairlead.answering("POST /deployments", 202, "{\"deployment\":\"d1\"}");
    fairlead.answering("POST /plans", 200, "{\"steps\":[]}");

    fairlead.run("deploy", "orders", "2");
    fairlead.run("deploy", "orders", "2", "--skip-tests");
    fairlead.run("deploy", "orders", "2", "--skip-tests", "--dry-run");
    fairlead.run("plan", "orders", "2");
    fairlead.run("plan", "orders", "2", "--skip-tests");

    assertThat(fairlead.requests)
        .extracting(
            request -> request.line() + " " + Json.parse(request.body()).isTrue("skipTests"))
        .containsExactly(
            "POST /deployments false",
            "POST /deployments true",
            "POST /plans true",
            "POST /plans false",
            "POST /plans true");
  }
}
