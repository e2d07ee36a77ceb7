package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead backup")
class BackupCommandsTest {

  private static final String VERDICTS =
      """
      [{"database":"orders/production/main","store":"disk","backup":"b1","verdict":"delete","reason":"7 newer"}]""";

  private static final String FINDINGS =
      """
      [{"store":"s3","key":"k1","found":"part of no backup","remedy":"left alone","outcome":"done"}]""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("retention only looks in a dry run, and removes without it")
  void retention() {
    fairlead.answering("GET /retention", 200, VERDICTS).answering("POST /retention", 200, VERDICTS);

    Result dry = fairlead.run("backup", "retention", "--dry-run");
    Result real = fairlead.run("backup", "retention", "--yes", "--json");

    assertThat(dry.exit()).isEqualTo(Exit.OK);
    assertThat(dry.out()).contains("VERDICT", "b1", "7 newer");
    assertThat(real.out()).contains("\"verdict\"");
    assertThat(fairlead.requests)
        .extracting(CommandLineFixture.Request::line)
        .containsExactly("GET /retention", "POST /retention");
    assertThat(fairlead.requests)
        .extracting(CommandLineFixture.Request::token)
        .containsOnly("Bearer token-of-the-test");
  }

  @Test
  @DisplayName("reconcile shows what was found, and says when there is nothing to do")
  void reconcile() {
    fairlead
        .answering("GET /reconciliation", 200, FINDINGS)
        .answering("POST /reconciliation", 200, "[]");

    assertThat(fairlead.run("backup", "reconcile", "--dry-run").out())
        .contains("REMEDY", "part of no backup", "left alone");
    Result nothing = fairlead.run("backup", "reconcile");
    assertThat(nothing.exit()).isEqualTo(Exit.OK);
    assertThat(nothing.err()).contains("nothing to do");
    assertThat(fairlead.run("backup", "reconcile", "--json").out().strip()).isEqualTo("[]");
  }

  @Test
  @DisplayName("restore-files waits for the end and tells it by the exit code")
  void restoreFiles() {
    fairlead
        .answering("POST /file-restores", 202, "{\"restore\":\"r1\"}")
        .answering(
            "GET /file-restores/r1",
            200,
            "{\"restore\":\"r1\",\"state\":\"requested\"}",
            "{\"restore\":\"r1\",\"state\":\"completed\",\"outcome\":[\"/srv restored\"]}");

    Result done = fairlead.run("backup", "restore-files", "b1", "--below", "/tmp/look", "--watch");

    assertThat(done.exit()).isEqualTo(Exit.OK);
    assertThat(done.out()).contains("/srv restored");
    assertThat(fairlead.requests.getFirst().body())
        .contains("\"backup\":\"b1\"", "\"below\":\"/tmp/look\"");
    fairlead.answering(
        "GET /file-restores/r1",
        200,
        "{\"state\":\"failed\",\"detail\":\"no room\",\"advice\":\"free some\"}");
    Result failed = fairlead.run("backup", "restore-files", "b1", "--yes", "--watch");
    assertThat(failed.exit()).isEqualTo(Exit.FAILED);
    assertThat(failed.out()).contains("no room", "free some");
    assertThat(fairlead.run("backup", "restore-files", "b1", "--yes").out()).contains("r1");
  }

  @Test
  @DisplayName("scrub reads one backup or all that are due, and its exit code tells what was found")
  void scrub() {
    fairlead
        .answering("POST /scrubs", 202, "{\"scrub\":\"s1\"}")
        .answering(
            "GET /scrubs/s1",
            200,
            "{\"scrub\":\"s1\",\"state\":\"running\"}",
            "{\"scrub\":\"s1\",\"state\":\"completed\",\"good\":2,\"healed\":[]}");

    Result good = fairlead.run("backup", "scrub", "b1", "--watch", "--json");

    assertThat(good.exit()).isEqualTo(Exit.OK);
    assertThat(good.out()).contains("\"good\"", "2");
    assertThat(fairlead.requests.getFirst().body()).isEqualTo("{\"backup\":\"b1\"}");
    fairlead.answering(
        "GET /scrubs/s1",
        200,
        "{\"state\":\"corrupted\",\"bad\":[\"b1 in store s3: is not there\"]}");
    Result bad = fairlead.run("backup", "scrub", "--watch");
    assertThat(bad.exit()).isEqualTo(Exit.FAILED);
    assertThat(bad.out()).contains("b1 in store s3: is not there");
    assertThat(fairlead.requests.getLast().line()).isEqualTo("GET /scrubs/s1");
    assertThat(fairlead.run("backup", "scrub", "--help").out())
        .contains("fairlead backup scrub 0199… --watch");
    assertThat(fairlead.run("restore", "--help").out()).contains("--files-below", "--key");
  }

  @Test
  @DisplayName("list shows what each backup was made for, where it is known")
  void classes() {
    fairlead.answering(
        "GET /backups?limit=3",
        200,
        "[{\"backup\":\"b1\",\"database\":\"d\",\"state\":\"completed\",\"retentionClass\":\"release\",\"sizeBytes\":1234567},"
            + "{\"backup\":\"b2\",\"database\":\"d\",\"state\":\"completed\"}]");

    assertThat(fairlead.run("backup", "list", "--limit", "3").out())
        .contains("CLASS", "release", "1.2 MB");
  }

  @Test
  @DisplayName("restore asks for the files of the same moment only when told to")
  void restoreWithFiles() {
    fairlead.answering("POST /restores", 202, "{\"restore\":\"r1\"}");

    fairlead.run("backup", "restore", "orders/production/main", "--yes");
    fairlead.run(
        "backup", "restore", "orders/production/main", "--with-files", "--backup", "b1", "--yes");

    assertThat(fairlead.requests.getFirst().body()).doesNotContain("withFiles");
    assertThat(fairlead.requests.getLast().body())
        .contains("\"withFiles\":true", "\"backup\":\"b1\"");
  }

  @Test
  @DisplayName("what cannot be taken back says what it would do, and wants --yes")
  void consent() {
    fairlead.answering(
        "GET /kept-databases",
        200,
        "[{\"restore\":\"r1\",\"database\":\"d\",\"name\":\"orders_before_1\"}]");

    for (String[] line :
        List.of(
            new String[] {"backup", "restore", "orders/production/main"},
            new String[] {"backup", "restore-files", "b1"},
            new String[] {"backup", "retention"},
            new String[] {"backup", "drop-kept", "r1"},
            new String[] {"backup", "drop-kept", "r1", "--forget"},
            new String[] {"backup", "drop-kept", "written-otherwise"})) {
      Result refused = fairlead.run(line);
      assertThat(refused.exit()).as(String.join(" ", line)).isEqualTo(Exit.USAGE);
      assertThat(refused.err()).contains("repeat the command with --yes");
    }

    assertThat(fairlead.run("backup", "drop-kept", "R1").err()).contains("orders_before_1");
    assertThat(fairlead.requests)
        .extracting(CommandLineFixture.Request::line)
        .containsOnly("GET /kept-databases");
  }

  @Test
  @DisplayName("restores and drills are listed, and a restore is followed again to its end")
  void restoresAndDrills() {
    fairlead
        .answering(
            "GET /restores?limit=20",
            200,
            "[{\"restore\":\"r1\",\"database\":\"d\",\"state\":\"completed\",\"keptAs\":\"d_before_1\"}]")
        .answering(
            "GET /restores/r1",
            200,
            "{\"restore\":\"r1\",\"state\":\"running\"}",
            "{\"restore\":\"r1\",\"state\":\"running\"}",
            "{\"restore\":\"r1\",\"state\":\"failed\",\"detail\":\"no room\"}")
        .answering(
            "GET /drills?limit=20",
            200,
            "[{\"backup\":\"b1\",\"database\":\"d\",\"state\":\"proved\",\"store\":\"disk\"}]");

    assertThat(fairlead.run("backup", "restores", "list").out()).contains("in place", "d_before_1");
    Result late = fairlead.run("backup", "restores", "show", "r1", "--watch", "--timeout", "1ms");
    Result failed = fairlead.run("backup", "restores", "show", "r1", "--watch");
    assertThat(late.exit()).isEqualTo(Exit.TIMED_OUT);
    assertThat(late.err()).contains("fairlead backup restores show r1 --watch");
    assertThat(failed.exit()).isEqualTo(Exit.FAILED);
    assertThat(failed.out()).contains("no room");
    assertThat(fairlead.run("backup", "drills").out()).contains("b1", "proved");
  }

  @Test
  @DisplayName("databases, kept and warm list what there is, and drop-kept names what it dropped")
  void lists() {
    fairlead
        .answering(
            "GET /databases",
            200,
            """
            [{"database":"orders/production/main","host":"db","port":5432,"name":"orders",
              "username":"app","schedule":"0 0 2 * * *","removed":true}]""")
        .answering(
            "GET /kept-databases",
            200,
            "[{\"restore\":\"r1\",\"database\":\"d\",\"name\":\"orders_before_1\",\"since\":\"now\"}]")
        .answering("DELETE /kept-databases/r1", 200, "{\"name\":\"orders_before_1\"}")
        .answering(
            "GET /warm-copies",
            200,
            "[{\"database\":\"d\",\"backup\":\"b1\",\"state\":\"ready\",\"name\":\"orders_warm_1\"}]");

    assertThat(fairlead.run("backup", "databases").out())
        .contains("SCHEDULE", "db:5432", "0 0 2", "removed");
    assertThat(fairlead.run("backup", "kept").out()).contains("KEPT AS", "orders_before_1");
    assertThat(fairlead.run("backup", "warm").out()).contains("orders_warm_1", "ready");
    assertThat(fairlead.run("backup", "warm", "--json").out()).startsWith("[");
    assertThat(fairlead.run("backup", "drop-kept", "r1", "--yes").out())
        .isEqualTo("dropped orders_before_1\n");
    fairlead.answering("POST /kept-databases/r1/forget", 200, "{\"name\":\"orders_before_1\"}");
    assertThat(fairlead.run("backup", "drop-kept", "r1", "--forget", "--yes").out())
        .isEqualTo("forgot orders_before_1\n");
    assertThat(fairlead.requests)
        .extracting(CommandLineFixture.Request::line)
        .as("forgetting drops nothing")
        .containsOnlyOnce("DELETE /kept-databases/r1");
  }

  @Test
  @DisplayName("recovery-drill lists without a database, and waits for the end of one with it")
  void recoveryDrill() {
    String none = "[{\"database\":\"d\"}]";
    String worked =
        "[{\"database\":\"d\",\"attemptedAt\":\"t\",\"succeededAt\":\"t\",\"store\":\"s3\"}]";
    String failed =
        "[{\"database\":\"d\",\"attemptedAt\":\"t\",\"detail\":\"store s3 has no backup\"}]";
    fairlead
        .answering("POST /recovery-drills", 202, "{\"database\":\"d\"}")
        .answering("GET /recovery-drills", 200, none, worked);

    assertThat(fairlead.run("backup", "recovery-drill").out()).contains("WORKED", "never");
    assertThat(fairlead.run("backup", "recovery-drill", "d", "--watch").exit()).isEqualTo(Exit.OK);
    fairlead.answering("GET /recovery-drills", 200, none, failed);
    Result bad = fairlead.run("backup", "recovery-drill", "d", "--watch");
    assertThat(bad.exit()).isEqualTo(Exit.FAILED);
    assertThat(bad.out()).contains("has no backup");
  }

  @Test
  @DisplayName("hands on what the service says is wrong, and needs a key for a store's statement")
  void errors() {
    fairlead.answering("GET /kept-databases", 200, "[]");
    fairlead.answering(
        "DELETE /kept-databases/r9",
        404,
        "{\"title\":\"unknown\",\"detail\":\"there is no kept database of restore r9\",\"advice\":\"GET /kept-databases\"}");

    Result unknown = fairlead.run("backup", "drop-kept", "r9", "--yes");
    assertThat(unknown.exit()).isEqualTo(Exit.FAILED);
    assertThat(unknown.err()).contains("no kept database of restore r9");
    Result noKey = fairlead.run("backup", "verify-statement", "b1", "--from", "/store");
    assertThat(noKey.exit()).isEqualTo(Exit.USAGE);
    assertThat(noKey.err()).contains("--from needs --key");
    assertThat(fairlead.run("backup", "drop-kept").exit()).isEqualTo(Exit.USAGE);
  }
}
