package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hook before each phase waits in the one that the commit names: there it is cancelled. */
@DisplayName("Cancelling")
class CancelJourneyTest {

  private static final Place PLACE = Place.of("halted", "staging");
  private static final String SCHEMA =
      "-- fairlead: compatible\ncreate table if not exists orders (id int primary key);\n";

  /** Far longer than anybody waits for it here. */
  private static final String SLEEP = "-- fairlead: compatible\nselect pg_sleep(600);\n";

  private static Stage stage;
  private static Shared.Database database;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("postgres");
    stage = Stage.set(folder);
    stage.built("1", "good", Map.of("migrations/V1__create.sql", SCHEMA));
    stage.built("2", "good", Map.of("migrations/V1__create.sql", SCHEMA));
    stage.built("3", "unhealthy", Map.of("migrations/V1__create.sql", SCHEMA));
    stage.built(
        "4",
        "good",
        Map.of("migrations/V1__create.sql", SCHEMA, "migrations/V2__sleep.sql", SLEEP));
    database = Shared.freshDatabase("halted");
    URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    Path password = Files.writeString(folder.resolve("password"), database.password());
    stage.applied(
        "halted",
        """
        databases:
          main:
            {host: %s, port: %d, name: %s, username: %s, password: "secret:file:%s", migrations: migrations}
        """
            .formatted(
                address.getHost(), address.getPort(), database.name(), database.user(), password),
        "tests: {command: ['true']}",
        "bake: 2s",
        hooks());
    String first = stage.deploy("halted", "staging", "1");
    assertThat(stage.ended(first).text("state")).isEqualTo("succeeded");
  }

  private static String hooks() {
    StringBuilder hooks = new StringBuilder("hooks:\n");
    for (String phase :
        List.of("preflight", "backup", "prepare", "test", "build", "rollout", "verify", "bake")) {
      hooks.append(
          "  - {name: wait-%s, before: %s, timeout: 2m, command: [sh, -c, 'test \"$FAIRLEAD_COMMIT\" != %s || sleep 60']}\n"
              .formatted(phase, phase, phase));
    }
    return hooks.toString();
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(PLACE);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"preflight", "backup", "prepare", "test", "build", "rollout", "verify", "bake"})
  @DisplayName("leaves nothing behind and loses no request, in the phase")
  void inPhase(String phase) throws Exception {
    try (Visitors visitors = new Visitors(stage, "halted", "staging")) {
      String deployment = requested("2", phase);
      stage.inStep(deployment, "hook-wait-" + phase);
      requireNothingLeft(deployment, cancelled(deployment));
      visitors.requireAllAnswered(5);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"healthy-1", "bake"})
  @DisplayName("leaves nothing behind in the middle of the step")
  void inStep(String step) throws Exception {
    String deployment = requested(step.equals("healthy-1") ? "3" : "2", "none");
    stage.inStep(deployment, step);
    requireNothingLeft(deployment, cancelled(deployment));
  }

  @Test
  @DisplayName("ends a migration at the server, in the middle of a statement")
  void inMigration() throws Exception {
    try (Visitors visitors = new Visitors(stage, "halted", "staging")) {
      String deployment = requested("4", "none");
      await().atMost(Duration.ofSeconds(60)).until(() -> asked(SLEEPING) == 1);

      requireNothingLeft(deployment, cancelled(deployment));

      assertThat(asked(SLEEPING)).as("statements that go on at the server").isZero();
      assertThat(asked("select count(*) from fairlead_migrations where version = '2'")).isZero();
      visitors.requireAllAnswered(5);
    }
  }

  private static final String SLEEPING =
      "select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and datname = current_database() and pid <> pg_backend_pid()";

  private static long asked(String question) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        ResultSet answer = connection.createStatement().executeQuery(question)) {
      answer.next();
      return answer.getLong(1);
    }
  }

  private static String requested(String version, String commit) {
    return stage
        .post(
            "dora",
            "/deployments",
            Map.of(
                "application",
                "halted",
                "environment",
                "staging",
                "version",
                version,
                "commit",
                commit))
        .text("deployment");
  }

  private static Stage.Answer cancelled(String deployment) {
    stage.post("dora", "/deployments/" + deployment + "/cancellation", Map.of("reason", "wrong"));
    return stage.ended(deployment);
  }

  private static void requireNothingLeft(String deployment, Stage.Answer ended) throws IOException {
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("cancelled");
    assertThat(ended.text("reason")).isEqualTo("wrong");
    assertThat(stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(PLACE))
        .as("the old instances run, and no other")
        .extracting(Instance::version)
        .extracting(Object::toString)
        .containsExactly("1", "1");
    assertThat(stage.visit("halted", "staging").body()).isEqualTo("version 1");
    assertThat(stage.get("/instances?application=halted").body().toString()).contains("serving");
    await("hooks and whatever they started are gone")
        .atMost(Duration.ofSeconds(3))
        .until(() -> processesOf(deployment).isEmpty());
  }

  private static List<ProcessHandle> processesOf(String deployment) {
    return ProcessHandle.allProcesses()
        .filter(process -> isOf(process, "FAIRLEAD_DEPLOYMENT=" + deployment))
        .toList();
  }

  private static boolean isOf(ProcessHandle process, String mark) {
    try {
      return Files.readString(Path.of("/proc/%d/environ".formatted(process.pid()))).contains(mark);
    } catch (IOException _) {
      return false;
    }
  }
}
