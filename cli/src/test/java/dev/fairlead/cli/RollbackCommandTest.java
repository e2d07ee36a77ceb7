package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A rollback in the middle of a deployment")
class RollbackCommandTest {

  private static final String TURNED_BACK =
      """
      {"deployment":"d2","application":"orders","environment":"staging","version":"2",\
      "previousVersion":"1","state":"%s","rollback":false,"reason":"rolled back by hand"}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("turns it back, and says so")
  void turnsBack() {
    fairlead.answering("POST /rollbacks", 202, TURNED_BACK.formatted("rolling-back"));

    Result result = fairlead.run("rollback", "orders");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("deployment d2 of version 2 is turned back; then version 1 serves again");
    assertThat(result.err()).contains("fairlead deployments show d2 --watch");
  }

  @Test
  @DisplayName("has succeeded when that is cancelled, or has gone back by itself")
  void watched() {
    fairlead.answering("POST /rollbacks", 202, TURNED_BACK.formatted("rolling-back"));
    fairlead.answering(
        "GET /deployments/d2",
        200,
        TURNED_BACK.formatted("rolling-back"),
        TURNED_BACK.formatted("cancelled"));

    Result result = fairlead.run("rollback", "orders", "--watch");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("orders 2 in staging: cancelled", "rolled back by hand");
    assertThat(result.err()).contains("version 1 serves");

    fairlead.answering("GET /deployments/d2", 200, TURNED_BACK.formatted("rolled-back"));
    assertThat(fairlead.run("rollback", "orders", "--watch").exit()).isEqualTo(Exit.OK);
    fairlead.answering("GET /deployments/d2", 200, TURNED_BACK.formatted("rollback-failed"));
    assertThat(fairlead.run("rollback", "orders", "--watch").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  @DisplayName("is over at once where nothing was touched yet")
  void untouched() {
    fairlead.answering("POST /rollbacks", 202, TURNED_BACK.formatted("cancelled"));
    fairlead.answering("GET /deployments/d2", 200, TURNED_BACK.formatted("cancelled"));

    Result result = fairlead.run("rollback", "orders");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("orders 2 in staging: cancelled");
    assertThat(result.err()).contains("version 1 serves");
  }

  @Test
  @DisplayName("of its own ends as it ends")
  void ofItsOwn() {
    String own = TURNED_BACK.replace("false", "true");
    fairlead.answering("POST /rollbacks", 202, own.formatted("planning"));
    fairlead.answering("GET /deployments/d2", 200, own.formatted("rolled-back"));

    assertThat(fairlead.run("rollback", "orders", "--watch").exit()).isEqualTo(Exit.ROLLED_BACK);
  }

  @Test
  @DisplayName("names what is deployed next, and how to prevent that")
  void next() {
    fairlead.answering("POST /rollbacks", 202, TURNED_BACK.formatted("rolling-back"));
    fairlead.answering(
        "GET /deployments?application=orders&environment=staging&limit=20",
        200,
        """
        [{"deployment":"d4","version":"4","state":"queued","rollback":true},
         {"deployment":"d3","version":"3","state":"queued","rollback":false},
         {"deployment":"d2","version":"2","state":"rolling-back","rollback":false}]""");

    assertThat(fairlead.run("rollback", "orders").err())
        .contains("deployment d3 of version 3 waits and begins after it", "fairlead cancel d3")
        .doesNotContain("d4");
  }
}
