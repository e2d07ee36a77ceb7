package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Somebody who looks")
class LookingTest {

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("at a deployment in the queue sees its position and what comes first")
  void queued() {
    String queued =
        """
        {"deployment":"d2","state":"queued","position":1,"waitingFor":"d1","steps":[]}""";
    fairlead.answering(
        "GET /deployments/d2",
        200,
        queued,
        queued,
        "{\"deployment\":\"d2\",\"state\":\"succeeded\"}");

    assertThat(fairlead.run("deployments", "show", "d2").out())
        .contains("position    1", "behind      d1");
    assertThat(fairlead.run("deployments", "show", "d2", "--watch").err())
        .contains("queued, position 1; first comes deployment d1");
  }

  @Test
  @DisplayName("at one that waits for approval sees until when, and who has agreed")
  void approval() {
    String waiting =
        """
        {"deployment":"d1","state":"awaiting-approval","steps":[],
         "approvalExpiresAt":"2026-11-30T06:00:00Z","approvedBy":"ada",
         "approvals":[{"approvedBy":"ada","approvedAt":"t1","comment":"looks good"}]}""";
    fairlead.answering("GET /deployments/d1", 200, waiting);

    Result watched = fairlead.run("deployments", "show", "d1", "--watch", "--timeout", "1ms");

    assertThat(watched.err())
        .contains("fairlead approve d1; open until 2026-11-30T06:00:00Z; has approved: ada");
    assertThat(fairlead.run("deployments", "show", "d1").out())
        .contains("until 2026-11-30T06:00:00Z", "by ada; a second person has to")
        .contains("approved    by ada at t1: looks good");
  }

  @Test
  @DisplayName("at a long step is told that it is under way, once")
  void longStep() {
    fairlead.answering(
        "GET /deployments/d1",
        200,
        "{\"deployment\":\"d1\",\"state\":\"running\",\"phase\":\"bake\",\"step\":\"bake\"}");

    Result watched = fairlead.run("deployments", "show", "d1", "--watch", "--timeout", "3s");

    assertThat(watched.err()).containsOnlyOnce("bake bake is under way");
    assertThat(fairlead.run("deployments", "show", "d1").out()).contains("now         bake bake");
  }

  @Test
  @DisplayName("at applications and instances gets tables, and the manifest that counts")
  void applicationsAndInstances() {
    fairlead
        .answering(
            "GET /applications",
            200,
            """
            [{"application":"orders","directory":"/srv/orders","appliedAt":"t1",
              "manifest":"application: orders\\nreplicas: 2\\n"}]""")
        .answering(
            "GET /instances?environment=staging",
            200,
            """
            [{"id":"orders-1","application":"orders","environment":"staging","version":"2",
              "state":"running","address":"127.0.0.1:8000","traffic":"serving","restarts":3}]""");

    assertThat(fairlead.run("applications", "list").out()).contains("FOLDER", "/srv/orders");
    assertThat(fairlead.run("applications", "show", "orders").out())
        .endsWith("application: orders\nreplicas: 2\n");
    Result unknown = fairlead.run("applications", "show", "ordres");
    assertThat(unknown.exit()).isEqualTo(Exit.FAILED);
    assertThat(unknown.err()).contains("no application ordres", "applications list");
    assertThat(fairlead.run("instances", "list", "--environment", "staging").out())
        .contains("TRAFFIC", "orders-1", "127.0.0.1:8000", "serving");
  }

  @Test
  @DisplayName("at the log of an instance gets its last lines as they are")
  void instanceLog() {
    fairlead.answering("GET /instances/orders-1/log?lines=2", 200, "started\nfailed\n");

    assertThat(fairlead.run("instances", "log", "orders-1", "--lines", "2").out())
        .isEqualTo("started\nfailed\n");
    assertThat(fairlead.run("instances", "log", "orders-1", "--lines", "2", "--json").out())
        .contains("\"instance\":\"orders-1\"", "started\\nfailed");
  }

  @Test
  @DisplayName("at decisions is told what is wrong, and by the exit code whether that is an error")
  void lint() {
    fairlead.answering(
        "GET /lint",
        200,
        "[]",
        "[{\"rule\":\"ADR004\",\"weight\":\"error\",\"sentence\":\"it has no date\",\"file\":\"1.md\"}]");
    fairlead.answering("POST /decisions/ADR-0007/reaffirmation", 200, "{\"id\":\"ADR-0007\"}");

    assertThat(fairlead.run("adr", "lint").exit()).isEqualTo(Exit.OK);
    Result wrong = fairlead.run("adr", "lint");
    assertThat(wrong.exit()).isEqualTo(Exit.FAILED);
    assertThat(wrong.out()).contains("ADR004", "1.md", "it has no date");
    fairlead.run("adr", "reaffirm", "ADR-0007", "--review-by", "2028-05-01");
    assertThat(fairlead.requests.getLast().body()).isEqualTo("{\"reviewBy\":\"2028-05-01\"}");
  }

  @Test
  @DisplayName("and takes an alert says that it was done by the command")
  void acknowledged() {
    fairlead.answering("POST /alerts/a1/acknowledgement", 200, "{\"alert\":\"a1\"}");

    assertThat(fairlead.run("alerts", "ack", "a1", "--comment", "on it").err())
        .contains("--comment is ignored");

    assertThat(fairlead.requests.getLast().body()).isEqualTo("{\"via\":\"cli\"}");
  }
}
