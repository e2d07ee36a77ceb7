package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One story in order, on a real database of the application; the restores are only claimed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("Before a rollback that restores a database")
class RestoreJourneyTest {

  private static final String CREATE =
      "-- fairlead: compatible\ncreate table orders (id int primary key);\n";
  private static final String RENAME =
      "-- fairlead: incompatible\nalter table orders rename id to number;\n";

  private static final Duration UPKEEP = Duration.ofMillis(250);

  private static Stage stage;
  private static Shared.Database database;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("postgres");
    stage = Stage.set(folder, "--fairlead.deployer.upkeep=" + UPKEEP.toMillis() + "ms");
    built("10", "good", "");
    built("11", "failing", RENAME);
    built("12", "good", RENAME);
    built("13", "good", RENAME, "-- fairlead: compatible\nselect no_such_function();\n");
    database = Shared.freshDatabase("archive");
    URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    Path password = Files.writeString(folder.resolve("password"), database.password());
    stage.applied(
        "archive",
        """
        databases:
          main:
            {host: %s, port: %d, name: %s, username: %s, password: "secret:file:%s", migrations: migrations}
        """
            .formatted(
                address.getHost(), address.getPort(), database.name(), database.user(), password),
        "bake: 5m");
  }

  private static void built(String version, String mood, String... more) throws IOException {
    Map<String, String> files = new java.util.HashMap<>();
    files.put("migrations/V1__create.sql", CREATE);
    for (int i = 0; i < more.length; i++) {
      if (!more[i].isEmpty()) {
        files.put("migrations/V%d__more.sql".formatted(i + 2), more[i]);
      }
    }
    stage.built(version, mood, files);
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(Place.of("archive", "staging"));
  }

  @Test
  @Order(1)
  @DisplayName("the plan tells how long that takes, going by the drill of an earlier backup")
  void planned() {
    String first = stage.deploy("archive", "staging", "10");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> stage.get("/deployments/" + first).text("phase").equals("bake"));
    stage.told(
        "backup",
        new BackupVerified(
            backups().requested().getFirst(),
            new DatabaseId("archive/staging/main"),
            null,
            ProofLevel.DRILLED,
            1,
            0,
            40_000L,
            null));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode risk = plan("11").body().path("dataAtRisk").path(0);
              assertThat(risk.path("database").asString()).isEqualTo("archive/staging/main");
              assertThat(risk.path("restoreMillis").asLong(0)).isEqualTo(40_000);
            });
    assertThat(plan("10").body().path("dataAtRisk")).isEmpty();
  }

  @Test
  @Order(2)
  @DisplayName("a failed release gets its own backup restored, and the writes since are counted")
  void failed() throws Exception {
    int before = backups().requested().size();
    Stage.Answer ended;
    try (Visitors visitors = new Visitors(stage, "archive", "staging")) {
      String deployment = stage.deploy("archive", "staging", "11");
      stage.inPhase(deployment, "verify");
      sql("insert into orders select generate_series(1, 250)");
      ended = stage.ended(deployment);
      assertThat(visitors.failures()).isPositive();
    }

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(backups().requested()).hasSize(before + 1);
    assertThat(backups().restored()).containsExactly(backups().requested().getLast());
    assertThat(rowsAtRisk(ended)).isEqualTo(250);
    assertThat(String.valueOf(stage.step(ended, "count-main")))
        .contains("about 250 row(s) written within", "(public.orders 250)", "takes about");
    back();
  }

  @Test
  @Order(3)
  @DisplayName("migrations that fail half way are undone with the backup from before them")
  void halfWay() throws Exception {
    Stage.Answer ended = stage.ended(stage.deploy("archive", "staging", "13"));

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason")).contains("V3__more.sql failed", "no_such_function");
    assertThat(backups().restored()).hasSize(2).endsWith(lastBackup());
    assertThat(rowsAtRisk(ended)).as("its own migrations' writes are no loss").isZero();
    back();
  }

  @Test
  @Order(4)
  @DisplayName("nobody serves on a schema that could not be restored until a person says how it is")
  void notRestored() throws Exception {
    backups().refuseRestores(true);
    String deployment = stage.deploy("archive", "staging", "13");
    Stage.Answer ended = stage.ended(deployment);
    backups().refuseRestores(false);

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rollback-failed");
    assertThat(ended.text("advice")).contains("fairlead deployments undo " + deployment);
    await()
        .during(UPKEEP.multipliedBy(8))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(traffic()).as("instances with traffic").isEmpty());
    Stage.Answer next = stage.ended(stage.deploy("archive", "staging", "12"));
    assertThat(next.text("reason")).contains(deployment, "could not be undone");

    back();
    Stage.Answer undone =
        stage.post(
            "dora",
            "/deployments/" + deployment + "/undoing",
            Map.of("restored", true, "reason", "restored from the copy in the safe"));
    assertThat(undone.status()).as(undone.toString()).isEqualTo(202);
    assertThat(stage.ended(deployment).text("state")).isEqualTo("rolled-back");
    assertThat(stage.visit("archive", "staging").body()).contains("10");
    assertThat(backups().restored()).as("restored by hand").hasSize(2);
    assertThat(stage.post("dora", "/deployments/" + deployment + "/undoing", Map.of()).text("code"))
        .isEqualTo("not-undoable");
  }

  /** The addresses that the router sends visitors of the place to. */
  private static List<String> traffic() throws InterruptedException {
    return stage
        .bean(Routers.class)
        .byKind()
        .get(RouterKind.EDGE)
        .observe(Traffic.routeOf(Place.of("archive", "staging")))
        .map(RouteState::backends)
        .orElse(List.of())
        .stream()
        .filter(backend -> backend.weight() > 0)
        .map(backend -> backend.instance().value())
        .toList();
  }

  @Test
  @Order(5)
  @DisplayName(
      "whoever wants to go back from it while it bakes sees what that sets aside, before and afterwards")
  void cancelled() throws Exception {
    String deployment = stage.deploy("archive", "staging", "12");
    stage.inPhase(deployment, "bake");
    sql("insert into orders select generate_series(1000, 1099)");
    sql("update orders set number = number + 10000 where number < 1010");

    Stage.Answer undoing =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> stage.get("/deployments/" + deployment + "/undoing"),
                answer -> rowsAtRisk(answer) == 110);
    assertThat(undoing.text("scope")).isEqualTo("full");
    assertThat(undoing.body().path("consequences").toString())
        .contains("about 110 row(s) written", "kept under another name");
    assertThat(undoing.body().path("steps").toString()).contains("restore-main");
    assertThat(backups().restored()).as("nothing was done yet").hasSize(2);

    Map<String, String> place = Map.of("application", "archive", "environment", "staging");
    Stage.Answer outlook = stage.post("dora", "/rollbacks/plan", place);
    assertThat(outlook.text("scope")).as(outlook.toString()).isEqualTo("full");
    assertThat(rowsAtRisk(outlook)).isEqualTo(110);
    assertThat(stage.post("dora", "/rollbacks", place).text("deployment")).isEqualTo(deployment);
    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).isEqualTo("cancelled");
    assertThat(rowsAtRisk(ended)).isEqualTo(110);
    assertThat(Told.data(deployment, "rollback-triggered", Shared.kafka().bootstrapServers()))
        .as("when it began to go back")
        .hasSize(1)
        .first()
        .satisfies(
            told -> {
              JsonNode risk = told.path("dataAtRisk").path(0);
              assertThat(risk.path("rows").asLong()).isEqualTo(110);
              assertThat(risk.path("tables").path(0).path("table").asString())
                  .isEqualTo("public.orders");
            });
    Stage.Answer again = stage.get("/deployments/" + deployment + "/undoing");
    assertThat(again.body().path("possible").asBoolean(true)).isFalse();
    back();
  }

  @Test
  @Order(6)
  @DisplayName("a rollback by hand behind such a migration is refused with the figures")
  void byHand() throws Exception {
    String deployment = stage.deploy("archive", "staging", "12");
    stage.inPhase(deployment, "bake");
    String next = stage.deploy("archive", "staging", "12");
    assertThat(stage.ended(deployment).text("state")).isEqualTo("succeeded");
    stage.post("dora", "/deployments/" + next + "/cancellation", Map.of());
    stage.ended(next);
    sql("insert into orders select generate_series(5000, 5006)");

    Map<String, String> back =
        Map.of("application", "archive", "environment", "staging", "toVersion", "10");
    Stage.Answer outlook =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> stage.post("dora", "/rollbacks/plan", back),
                answer -> rowsAtRisk(answer) == 7);
    assertThat(outlook.body().path("possible").asBoolean(true)).isFalse();
    assertThat(outlook.text("reason")).contains("version 10 does not know the schema since V2");
    assertThat(outlook.body().path("consequences").toString()).contains("about 7 row(s)");
    assertThat(outlook.text("advice"))
        .contains("restore a backup of archive/staging/main from before, then roll back again");

    back();
    assertThat(stage.post("dora", "/rollbacks/plan", back).body().path("possible").asBoolean(false))
        .as("after the restore that was advised")
        .isTrue();
    Stage.Answer asked = stage.post("dora", "/rollbacks", back);
    assertThat(asked.status()).as(asked.toString()).isEqualTo(202);
    stage.inPhase(asked.text("deployment"), "bake");
    assertThat(stage.visit("archive", "staging").body()).contains("10");
  }

  @Test
  @Order(7)
  @DisplayName("a script below the schema's version makes no plan")
  void tooLow() throws Exception {
    stage.built(
        "14",
        "good",
        Map.of(
            "migrations/V1__create.sql",
            CREATE,
            "migrations/V0.5__late.sql",
            "-- fairlead: compatible\nselect 1;\n"));

    Stage.Answer refused = plan("14");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("unfit-migrations");
    assertThat(refused.text("advice")).isEqualTo("give V0.5__late.sql a version above 1");
  }

  private static Stage.Answer plan(String version) {
    return stage.post(
        "dora",
        "/plans",
        Map.of("application", "archive", "environment", "staging", "version", version));
  }

  private static long rowsAtRisk(Stage.Answer answer) {
    return answer.body().path("dataAtRisk").path(0).path("rows").asLong(-1);
  }

  private static BackupsElsewhere backups() {
    return stage.bean(BackupsElsewhere.class);
  }

  private static BackupId lastBackup() {
    return backups().requested().getLast();
  }

  /** What a real restore would have done. */
  private static void back() throws SQLException {
    sql(
        """
        alter table orders rename number to id; truncate orders;
        delete from fairlead_migrations where version::int > 1
        """);
  }

  /** In a session that ends, so that the server counts at once what it did. */
  private static void sql(String statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }
}
