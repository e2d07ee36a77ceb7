package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("A deployment that could not be undone before a removal got stuck")
class UndoAfterRemovalTest {

  private static final Place PLACE = Place.of("relic", "staging");
  private static final Duration UPKEEP = Duration.ofMillis(250);
  private static final String CREATE =
      "-- fairlead: compatible\ncreate table orders (id int primary key);\n";
  private static final String RENAME =
      "-- fairlead: incompatible\nalter table orders rename id to number;\n";

  private static Stage stage;
  private static Shared.Database database;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("postgres");
    stage = Stage.set(folder, "--fairlead.deployer.upkeep=" + UPKEEP.toMillis() + "ms");
    stage.built("1", "good", Map.of("migrations/V1__create.sql", CREATE));
    stage.built(
        "2",
        "good",
        Map.of(
            "migrations/V1__create.sql",
            CREATE,
            "migrations/V2__rename.sql",
            RENAME,
            "migrations/V3__broken.sql",
            "-- fairlead: compatible\nselect no_such_function();\n"));
    database = Shared.freshDatabase("relic");
    URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    Path password = Files.writeString(folder.resolve("password"), database.password());
    stage.applied(
        "relic",
        """
        databases:
          main:
            {host: %s, port: %d, name: %s, username: %s, password: "secret:file:%s", migrations: migrations}
        """
            .formatted(
                address.getHost(), address.getPort(), database.name(), database.user(), password));
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(PLACE);
  }

  @Test
  @DisplayName("still keeps older versions from its schema, and can still be undone")
  void undone() throws Exception {
    assertThat(stage.ended(stage.deploy("relic", "staging", "1")).text("state"))
        .isEqualTo("succeeded");
    stage.bean(BackupsElsewhere.class).refuseRestores(true);
    String stuck = stage.deploy("relic", "staging", "2");
    assertThat(stage.ended(stuck).text("state")).isEqualTo("rollback-failed");
    takeAwayAllButTheRecord();

    Stage.Answer older = stage.ended(stage.deploy("relic", "staging", "1"));
    assertThat(older.text("reason")).contains(stuck, "could not be undone");

    restoreByHand();
    Stage.Answer asked =
        stage.post("dora", "/deployments/" + stuck + "/undoing", Map.of("restored", true));
    assertThat(asked.status()).as(asked.toString()).isEqualTo(202);
    Stage.Answer undone = stage.ended(stuck);
    assertThat(undone.text("state")).as(undone.toString()).isEqualTo("rolled-back");
    await()
        .during(UPKEEP.multipliedBy(8))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(stage.visit("relic", "staging").body())
                    .as("what looks after places lets it serve")
                    .contains("version 1"));
  }

  /** As a removal leaves it that does not come to its end at a former router. */
  private static void takeAwayAllButTheRecord() throws InterruptedException {
    JdbcClient records = stage.bean(JdbcClient.class);
    long fence = records.sql("select nextval('fence')").query(Long.class).single();
    Runtime processes = stage.bean(Runtimes.class).of(RuntimeKind.PROCESS);
    for (Instance instance : processes.observe(PLACE)) {
      processes.stop(instance.id(), Duration.ZERO, new Fence(PLACE, fence));
    }
    stage.bean(Routers.class).byKind().get(RouterKind.EDGE).remove(Traffic.routeOf(PLACE), fence);
    records.sql("update place set serving = null where application = 'relic'").update();
  }

  private static void restoreByHand() {
    JdbcClient.create(
            new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password()))
        .sql(
            """
            alter table orders rename number to id;
            delete from fairlead_migrations where version::int > 1
            """)
        .update();
  }
}
