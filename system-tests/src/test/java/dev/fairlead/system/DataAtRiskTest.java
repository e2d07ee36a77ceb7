package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One story in order, with real backups and real restores, at the command line. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A release that changes the schema and is taken back")
class DataAtRiskTest {

  private static final int OFFSET = 9_000;
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String DATABASE = "orders_staging";

  @TempDir static Path home;
  @TempDir static Path folder;

  private static FairleadCommand fairlead;
  private static StagingDeployments deployments;
  private static OrdersDatabase database;

  @BeforeAll
  static void start() throws Exception {
    fairlead = new FairleadCommand(home, OFFSET);
    Neighbours.require("pg_dump");
    deployments = new StagingDeployments(fairlead);
    fairlead.run(LONG, "up").succeeded();
    database = OrdersDatabase.create(fairlead, 7132 + OFFSET);
    fairlead.run("apply", manifest().toString()).succeeded();
    deployments.watched("4").succeeded();
    database.run(
        DATABASE, "insert into orders (item) select 'item ' || n from generate_series(1, 500) n");
  }

  /** Nobody visits, so nothing can be measured: each release after the first is held. */
  private static Path manifest() throws IOException {
    Path releases = Files.createDirectories(folder.resolve("target/releases"));
    Path built = fairlead.manifest().resolveSibling("target/releases");
    Files.copy(built.resolve("orders-4.zip"), releases.resolve("orders-4.zip"));
    changed(built, "6", "");
    changed(
        built,
        "7",
        """
        -- fairlead: incompatible
        ALTER TABLE orders ADD COLUMN price int;
        SELECT no_such_function();
        """);
    return ExampleManifest.of(fairlead)
        .rolling()
        .with("minimum-requests: 20", "minimum-requests: 100000")
        .with("verification:", "verification:\n  when-inconclusive: hold")
        .in(folder);
  }

  /** Version 5 without its faults, and with one migration more if there is one. */
  private static void changed(Path built, String version, String migration) throws IOException {
    Path archive = folder.resolve("target/releases/orders-%s.zip".formatted(version));
    Files.copy(built.resolve("orders-5.zip"), archive);
    try (FileSystem zip = FileSystems.newFileSystem(archive)) {
      Files.writeString(
          zip.getPath("orders.properties"),
          "version=%s\nnotes=true\nitem-column=product\n".formatted(version));
      if (!migration.isEmpty()) {
        Files.writeString(zip.getPath("migrations/V4__more.sql"), migration);
      }
    }
  }

  @AfterAll
  static void stop() {
    fairlead.run(LONG, "down").succeeded();
    assertThat(Leftovers.of(home)).isEmpty();
  }

  @Test
  @Order(1)
  @DisplayName("tells beforehand what is at risk, keeps it aside, and leaves the rest as it was")
  void aborted() throws Exception {
    List<String> before = database.dump(DATABASE);
    assertThat(before).anyMatch(line -> line.contains("'item 500'"));
    assertThat(fairlead.run("plan", "orders", "6").succeeded().out())
        .contains("a rollback restores orders/staging/main");

    String deployment = held("6");
    database.run(
        DATABASE, "insert into orders (product) select 'late ' || n from generate_series(1, 40) n");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> fairlead.run("cancel", deployment, "--dry-run").succeeded().out(),
            out -> out.contains("about 40 row(s) written") && out.contains("public.orders 40"));
    FairleadCommand.Result asked = fairlead.run("deployments", "abort", deployment);
    assertThat(asked.exit()).isEqualTo(2);
    assertThat(asked.err()).contains("about 40 row(s)", "--yes");
    assertThat(deployments.shown(deployment).text("state")).isEqualTo("held");

    fairlead.run("deployments", "abort", deployment, "--yes").succeeded();
    Json ended = deployments.awaitEnd(deployment);

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("cancelled");
    assertThat(database.dump(DATABASE)).isEqualTo(before);
    assertThat(ended.at("dataAtRisk").elements().getFirst().number("rows")).isEqualTo(40);
    assertThat(
            database.column(
                keptBy(ended), "select count(*) from orders where product like 'late %'"))
        .as("what was written since is kept")
        .containsExactly("40");
  }

  @Test
  @Order(2)
  @DisplayName("also when its migrations failed half way; and now it is known how long that takes")
  void halfWay() throws Exception {
    List<String> before = database.dump(DATABASE);

    Json ended = deployments.awaitEnd(deployments.requested("7"));

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason")).contains("V4__more.sql failed", "no_such_function");
    assertThat(database.dump(DATABASE)).isEqualTo(before);
    assertThat(
            database.column(
                keptBy(ended), "select count(*) from orders where product like 'product %'"))
        .as("the database as the migration left it")
        .containsExactly("500");
    assertThat(ended.at("dataAtRisk").elements().getFirst().find("restoreMillis"))
        .as("going by the restore before")
        .isPresent();
  }

  @Test
  @Order(3)
  @DisplayName("can be vouched for instead; going back later is refused with the figures")
  void vouched() throws Exception {
    String deployment = held("6");
    fairlead
        .run("deployments", "continue", deployment, "--comment", "seen", "--as", "approver")
        .succeeded();
    assertThat(deployments.awaitEnd(deployment).text("state")).isEqualTo("succeeded");

    FairleadCommand.Result back = fairlead.run("rollback", "orders", "--dry-run");
    assertThat(back.exit()).isEqualTo(4);
    assertThat(back.out())
        .contains("not possible: version 4 does not know the schema since V3__rename_item.sql");
  }

  @Test
  @Order(4)
  @DisplayName("a decision that is waived for it becomes a proposal of whoever waived it")
  void waived() {
    fairlead.run("adr", "new", "Sell nothing on Sundays").succeeded();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> fairlead.run("plan", "orders", "6", "--decision", "ADR-0001").out(),
            out -> out.contains("ADR-0001") && out.contains("proposed"));
    fairlead
        .run(
            "deploy",
            "orders",
            "6",
            "--decision",
            "ADR-0001",
            "--waive",
            "decisions",
            "--reason",
            "it is Monday",
            "--as",
            "admin")
        .succeeded();

    Json proposal =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> fairlead.run("adr", "list", "--json").succeeded().json(),
                decisions -> decisions.elements().size() == 2)
            .elements()
            .stream()
            .filter(one -> one.text("title").contains("in spite of ADR-0001"))
            .findFirst()
            .orElseThrow();
    assertThat(proposal.text("status")).isEqualTo("proposed");
    assertThat(proposal.text("proposedBy")).isEqualTo("admin");
  }

  @Test
  @Order(5)
  @DisplayName("whoever is on call is known to the gate, and who stands in")
  void onCall() {
    assertThat(fairlead.run("oncall", "list").succeeded().out()).contains("shop");
    fairlead
        .run(
            "oncall",
            "override",
            "shop",
            "carol",
            "--for",
            "1h",
            "--reason",
            "swap",
            "--as",
            "admin")
        .succeeded();
    assertThat(fairlead.run("oncall", "list").succeeded().out()).contains("shop  carol");
  }

  @Test
  @Order(6)
  @DisplayName(
      "its backups are proved: the store and a public key say so, and a spoiled copy is seen")
  void proved() throws Exception {
    Json backup =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(DataAtRiskTest::drilled, Optional::isPresent)
            .orElseThrow();
    assertThat(backup.text("retentionClass")).isEqualTo("release");
    String id = backup.text("backup");
    Path key = folder.resolve("statement.pem");
    Files.writeString(key, fairlead.ask(Service.BACKUP, "/statement-key").text("publicKey"));
    Path store = home.resolve("data/backups");
    String[] verify = {
      "backup", "verify-statement", id, "--from", store.toString(), "--key", key.toString()
    };

    assertThat(fairlead.run(verify).succeeded().out())
        .contains("archiveSha256", backup.text("sha256"));

    Path manifest = store.resolve("orders/staging/main").resolve(id).resolve("manifest.json");
    String genuine = Files.readString(manifest);
    Files.writeString(manifest, genuine.replace(backup.text("sha256"), "0".repeat(64)));
    FairleadCommand.Result spoiled = fairlead.run(verify);
    assertThat(spoiled.exit()).isEqualTo(1);
    assertThat(spoiled.err())
        .contains("is not the one that was drilled", "its archiveSha256 is 00");

    assertThat(fairlead.run("backup", "scrub", id, "--watch").succeeded().out())
        .contains("its manifest says something else; written again from the copy in store s3");
    assertThat(manifest).hasContent(genuine);
    fairlead.run(verify).succeeded();
  }

  @Test
  @Order(7)
  @DisplayName("can be brought back by the command alone, from the store and the key")
  void recovered() throws Exception {
    Path key = folder.resolve("statement.pem");
    String id = drilled().orElseThrow().text("backup");
    String store = home.resolve("data/backups").toString();

    assertThat(fairlead.run("restore", "--from", store).succeeded().out())
        .contains("orders/staging/main", id);
    FairleadCommand.Result recovered =
        fairlead.run(
            LONG,
            database.password(),
            "restore",
            "--from",
            store,
            "--database",
            "orders/staging/main",
            "--backup",
            id,
            "--identity",
            home.resolve("secrets/backup.age-identity").toString(),
            "--key",
            key.toString(),
            "--into",
            database.address("recovered"));

    assertThat(recovered.succeeded().out()).contains("trusted", id);
    assertThat(database.column("recovered", "select count(*) >= 500 from orders"))
        .containsExactly("t");
  }

  private static Optional<Json> drilled() {
    return fairlead.ask(Service.BACKUP, "/backups").elements().stream()
        .filter(backup -> backup.find("proof").filter("drilled"::equals).isPresent())
        .findFirst();
  }

  private static String held(String version) {
    String deployment = deployments.requested(version);
    deployments.awaitState(deployment, "held");
    return deployment;
  }

  private static String keptBy(Json deployment) {
    Matcher kept = Pattern.compile("kept as (\\w+)").matcher(deployment.at("steps").toString());
    assertThat(kept.find()).as(deployment.toString()).isTrue();
    return kept.group(1);
  }
}
