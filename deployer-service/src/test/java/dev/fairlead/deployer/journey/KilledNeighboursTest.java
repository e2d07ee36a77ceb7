package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Program;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two deployers share the work; each test kills one process in the middle of a rollout. */
@DisplayName("A deployment in whose middle something is killed")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@InSecondLane
class KilledNeighboursTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String COMPATIBLE = "-- fairlead: compatible\n";

  /** The version whose migration takes long enough to be killed in it. */
  private static final int SLOW = 5;

  @SuppressWarnings("InlineFormatString") // the method that fills it in is easier to read without
  private static final String MANIFEST =
      """
      application: mortal
      artifact: {archive: "app-{version}.zip"}
      command: [%s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx32m, -cp, ., %s]
      replicas: 2
      health: {interval: 100ms, stay-healthy: 2s, within: 60s}
      route: {host: mortal.localhost}
      strategy: {rolling: {batch: 1}}
      drain: 2s
      bake: 0s
      verification: {checks: [{path: /health}], window: 0s, minimum-requests: 1}
      databases:
        main:
          host: 127.0.0.1
          port: %d
          name: mortal
          username: %s
          password: "secret:file:%s"
          migrations: migrations
          backup: {before-deploy: false}
      environments: {staging: {}}
      """;

  private static Path folder;
  private static MortalNeighbours neighbours;
  private static final List<DeployerProcess> deployers = new ArrayList<>();

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    Neighbours.require("pg_dump");
    folder = temporary;
    neighbours = new MortalNeighbours(folder);
    neighbours.postgres().createDatabase("mortal");
    deployers.add(deployer("first"));
    deployers.add(deployer("second"));
    deployers.forEach(DeployerProcess::ready);
    apply();
    requireEnd(deploy(1), 1);
  }

  @AfterAll
  static void stop() {
    deployers.forEach(DeployerProcess::close);
    neighbours.close();
    ProcessHandle.allProcesses()
        .filter(KilledNeighboursTest::isInstance)
        .forEach(Program::endWithDescendants);
  }

  @Test
  @Order(1)
  @DisplayName("goes on with the other deployer when it was the one that worked on it")
  void deployerKilled() throws Exception {
    String deployment = deploy(2);
    awaitStep(deployment, "healthy-2");
    DeployerProcess working = worker(deployment);
    working.kill();
    deployers.remove(working);
    long killed = System.nanoTime();
    DeployerProcess other = deployers.getFirst();
    long before = other.linesAbout(deployment);
    await().atMost(LONG).until(() -> other.linesAbout(deployment) > before);
    System.out.printf(
        "taken over after %d ms%n", Duration.ofNanos(System.nanoTime() - killed).toMillis());

    deployers.add(deployer("third"));
    requireEnd(deployment, 2);
    deployers.getLast().ready();
  }

  @Test
  @Order(2)
  @DisplayName("ends as it should when it was the edge proxy")
  void edgeKilled() throws Exception {
    requireSuccessAfter(3, "healthy-2", MortalNeighbours::crashEdge);
  }

  @Test
  @Order(3)
  @DisplayName("ends as it should when it was the broker, and each fact is told once")
  void brokerKilled() throws Exception {
    String deployment = requireSuccessAfter(4, "healthy-1", MortalNeighbours::crashKafka);

    await()
        .atMost(LONG)
        .until(() -> Told.about(deployment, neighbours.bootstrapServers()).contains("succeeded"));
    assertThat(Told.about(deployment, neighbours.bootstrapServers()))
        .containsOnlyOnce("started", "succeeded")
        .doesNotHaveDuplicates();
  }

  @Test
  @Order(4)
  @DisplayName("ends as it should when it was PostgreSQL, in the middle of a migration")
  void postgresKilled() throws Exception {
    String deployment = deploy(SLOW);
    awaitStep(deployment, "migrate-main");
    neighbours.crashPostgres();

    Stage.Answer ended = ended(deployment);
    boolean succeeded = ended.text("state").equals("succeeded");
    if (!succeeded) {
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("failed");
    }
    requireServing(succeeded ? SLOW : SLOW - 1);
    assertThat(migrated())
        .as(ended.toString())
        .containsExactlyElementsOf(upTo(succeeded || mayBeDone(ended) ? SLOW : SLOW - 1));
  }

  /**
   * A commit whose answer was lost is told as failed, if the database could not be asked afterwards
   * how far it came: then the reason says so, and nothing but then is it right to find the row.
   */
  private static boolean mayBeDone(Stage.Answer failed) throws SQLException {
    return failed.text("reason").contains("how far they came is not known")
        && migrated().contains(SLOW);
  }

  private static String requireSuccessAfter(
      int version, String step, Consumer<MortalNeighbours> crash) throws Exception {
    String deployment = deploy(version);
    awaitStep(deployment, step);
    crash.accept(neighbours);
    requireEnd(deployment, version);
    return deployment;
  }

  private static void requireEnd(String deployment, int version) throws SQLException {
    Stage.Answer ended = ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    requireServing(version);
    assertThat(migrated()).containsExactlyElementsOf(upTo(version));
  }

  private static Stage.Answer ended(String deployment) {
    return await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () -> deployers.getFirst().get("/deployments/" + deployment),
            answer -> answer.body().path("endedAt").isString());
  }

  /** Exactly this version runs and gets the traffic; nothing is orphaned. */
  private static void requireServing(int version) {
    JsonNode instances =
        deployers.getFirst().get("/instances?application=mortal&environment=staging").body();
    assertThat(instances)
        .as(instances.toString())
        .hasSize(2)
        .allSatisfy(
            one -> {
              assertThat(one.path("version").asString()).isEqualTo(String.valueOf(version));
              assertThat(one.path("state").asString()).isEqualTo("running");
              assertThat(one.path("traffic").asString()).isEqualTo("serving");
            });
    assertThat(ProcessHandle.allProcesses().filter(KilledNeighboursTest::isInstance)).hasSize(2);
  }

  private static List<Integer> upTo(int version) {
    return IntStream.rangeClosed(1, version).boxed().toList();
  }

  private static List<Integer> migrated() throws SQLException {
    List<Integer> versions = new ArrayList<>();
    try (Connection connection = neighbours.postgres().connect("mortal");
        ResultSet rows =
            connection.createStatement().executeQuery("select version from ran order by version")) {
      while (rows.next()) {
        versions.add(rows.getInt(1));
      }
    }
    return versions;
  }

  private static DeployerProcess deployer(String name) throws IOException {
    return new DeployerProcess(name, folder, neighbours.deployerSettings());
  }

  /** The deployer that has said more of it; the other one at most took the request. */
  private static DeployerProcess worker(String deployment) throws IOException {
    DeployerProcess one = deployers.getFirst();
    DeployerProcess other = deployers.getLast();
    return one.linesAbout(deployment) > other.linesAbout(deployment) ? one : other;
  }

  private static String deploy(int version) throws IOException {
    new VersionArchive(folder, String.valueOf(version)).of("good", migrations(version));
    Stage.Answer answer =
        deployers
            .getFirst()
            .post(
                "/deployments",
                Map.of(
                    "application", "mortal",
                    "environment", "staging",
                    "version", String.valueOf(version)));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.text("deployment");
  }

  /** Each version brings one more, which leaves a row, and two if it ran twice. */
  private static Map<String, String> migrations(int version) {
    Map<String, String> scripts = new HashMap<>();
    scripts.put(
        "migrations/V1__table.sql",
        COMPATIBLE + "create table ran (version int);\ninsert into ran values (1);\n");
    for (int i = 2; i <= version; i++) {
      scripts.put(
          "migrations/V%d__row.sql".formatted(i),
          "%sselect pg_sleep(%d);\ninsert into ran values (%d);\n"
              .formatted(COMPATIBLE, i == SLOW ? 3 : 0, i));
    }
    return scripts;
  }

  private static void awaitStep(String deployment, String step) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> deployers.getFirst().get("/deployments/" + deployment).text("step").equals(step));
  }

  private static void apply() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), neighbours.postgres().password());
    Stage.Answer answer =
        deployers
            .getFirst()
            .post(
                "/applications",
                Map.of(
                    "directory",
                    folder.toString(),
                    "manifest",
                    MANIFEST.formatted(
                        Executables.java(),
                        SampleApplication.class.getName(),
                        neighbours.postgres().port(),
                        neighbours.postgres().user(),
                        password)));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  private static boolean isInstance(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
              .startsWith(folder.resolve("home").toRealPath())
          && process.info().command().orElse("").endsWith("/java");
    } catch (IOException gone) {
      return false;
    }
  }
}
