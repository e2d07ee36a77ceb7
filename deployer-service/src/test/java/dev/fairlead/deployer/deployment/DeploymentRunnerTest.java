package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.deployment.CrashingHands.Answers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.journey.Stage;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Shared;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the first one applies the migration
@DisplayName("On a real broker, database, edge proxy and processes, a runner")
class DeploymentRunnerTest {

  private static final Place PLACE = Place.of("wreck", "staging");
  private static final String CREATE =
      "-- fairlead: compatible\ncreate table tally (n int);\ninsert into tally values (1);\n";
  private static final String COUNT = "-- fairlead: compatible\ninsert into tally values (2);\n";

  private static Stage stage;
  private static Shared.Database database;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    stage = Stage.set(folder);
    database = Shared.freshDatabase("wreck");
    stage.built("1", "good", Map.of("migrations/V1__create.sql", CREATE));
    stage.built(
        "2",
        "good",
        Map.of("migrations/V1__create.sql", CREATE, "migrations/V2__count.sql", COUNT));
    apply(folder);
    Stage.Answer first = stage.ended(stage.deploy("wreck", "staging", "1"));
    assertThat(first.text("state")).as(first.toString()).isEqualTo("succeeded");
  }

  private static void apply(Path folder) throws Exception {
    URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    Path password = Files.writeString(folder.resolve("wreck-password"), database.password());
    String manifest =
        """
        application: wreck
        artifact: {archive: "app-{version}.zip"}
        command: [%s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx32m, -cp, ., dev.fairlead.deployer.journey.SampleApplication]
        replicas: 2
        health: {interval: 50ms, stay-healthy: 100ms, within: 20s}
        strategy: {blue-green: {}}
        route: {host: "wreck.{environment}.localhost"}
        drain: 2s
        bake: 1s
        databases:
          main: {host: %s, port: %d, name: %s, username: %s, password: "secret:file:%s", migrations: migrations}
        verification: {checks: [{path: /health}], window: 0s}
        environments: {staging: {}}
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                address.getHost(),
                address.getPort(),
                database.name(),
                database.user(),
                password);
    Stage.Answer applied =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(applied.status()).as(applied.toString()).isLessThan(300);
  }

  @AfterAll
  static void strike() throws Exception {
    Runtime runtime = stage.bean(Runtimes.class).of(RuntimeKind.PROCESS);
    for (Instance instance : runtime.observe(PLACE)) {
      runtime.stop(instance.id(), Duration.ZERO, new Fence(PLACE, Long.MAX_VALUE));
    }
    stage.close();
  }

  @Test
  @Order(1)
  @DisplayName(
      "that dies before and after every single step undoes a bad release and brings a good one, no migration twice")
  void crashes() throws Exception {
    Deployment undone = drivenThroughCrashes("2", Answers.BAD);
    assertThat(undone.state())
        .as("%s", undone.history())
        .isInstanceOf(DeploymentState.RolledBack.class);
    assertThat(running()).containsExactly("1", "1");
    assertThat(stage.visit("wreck", "staging").body()).isEqualTo("version 1");

    Deployment done = drivenThroughCrashes("2", Answers.GOOD);
    assertThat(done.state()).as("%s", done.history()).isEqualTo(new DeploymentState.Succeeded());
    assertThat(done.history())
        .extracting(StepRecord::name)
        .containsExactlyElementsOf(done.known().steps().stream().map(Step::name).toList());
    assertThat(running()).containsExactly("2", "2");
    assertThat(stage.visit("wreck", "staging").body()).isEqualTo("version 2");
    assertThat(tally()).containsExactly(1, 2);
  }

  @Order(2)
  @ParameterizedTest
  @ValueSource(strings = {"gates", "artifact", "start", "traffic", "answers", "bake"})
  @DisplayName("that is told to cancel leaves nothing behind, in whatever step it is")
  void cancel(String step) throws Exception {
    List<String> before = running();
    String other = before.contains("1") ? "2" : "1";
    CancelledHands cancellation = new CancelledHands(real(), stage.bean(Deployments.class), step);

    Deployment ended = driven(other, cancellation);

    assertThat(cancellation.isTold()).isTrue();
    assertThat(ended.state()).isInstanceOf(DeploymentState.Cancelled.class);
    assertThat(running()).isEqualTo(before);
    assertThat(stage.visit("wreck", "staging").body()).isEqualTo("version " + before.getFirst());
  }

  @Test
  @Order(3)
  @DisplayName("keeps no secret, whatever a step says")
  void secrets() throws Exception {
    String secret = database.password();
    DeploymentRunner.Hands indiscreet =
        (deployment, perform, fence) ->
            StepResult.failed("connected with " + secret, "ask with " + secret);

    Deployment ended = driven("2", indiscreet);

    assertThat(ended.history().getLast().detail()).isEqualTo("connected with ****");
    assertThat(ended.state().toString()).contains("ask with ****").doesNotContain(secret);
  }

  @Test
  @Order(4)
  @DisplayName(
      "that dies before and after every single step takes an application away, to the last")
  void removal() throws Exception {
    CrashingHands crashes = new CrashingHands(real(), Answers.GOOD);
    Request request =
        Request.toRemove(
            DeploymentId.random(),
            PLACE,
            new Version(running().getFirst()),
            null,
            new Actor("dora"),
            Instant.now());

    Deployment done = driven(request, crashes);

    assertThat(done.state()).as("%s", done.history()).isEqualTo(new DeploymentState.Succeeded());
    assertThat(done.history())
        .extracting(StepRecord::name)
        .containsExactly("gates", "traffic-off", "drain", "clear", "remove-route");
    assertThat(crashes.count()).isEqualTo(2 * done.history().size());
    assertThat(running()).isEmpty();
    assertThat(stage.visit("wreck", "staging").statusCode()).isEqualTo(404);
    assertThat(tally()).as("the database is left alone").containsExactly(1, 2);
  }

  private static DeploymentRunner.Hands real() {
    return stage.bean(StepPerformer.class);
  }

  private static Deployment drivenThroughCrashes(String version, Answers answers) {
    CrashingHands crashes = new CrashingHands(real(), answers);
    Deployment ended = driven(version, crashes);
    assertThat(crashes.count()).isGreaterThan(20);
    return ended;
  }

  /** Runs the deployment to its end, with a new runner after each crash. */
  private static Deployment driven(String version, DeploymentRunner.Hands hands) {
    return driven(
        new Request(
            DeploymentId.random(),
            PLACE,
            new Version(version),
            null,
            null,
            List.of(),
            false,
            null,
            new Actor("dora"),
            null,
            null,
            Instant.now(),
            null),
        hands);
  }

  private static Deployment driven(Request request, DeploymentRunner.Hands hands) {
    Deployments deployments = stage.bean(Deployments.class);
    deployments.begin(request, List.of());
    await().atMost(Duration.ofSeconds(90)).until(() -> hasEnded(request.id(), hands));
    return deployments.find(request.id()).orElseThrow();
  }

  private static boolean hasEnded(DeploymentId id, DeploymentRunner.Hands hands)
      throws InterruptedException {
    Optional<Instant> again = Optional.of(Instant.MIN);
    while (again.isPresent()) {
      DeploymentRunner runner =
          new DeploymentRunner(
              stage.bean(Deployments.class),
              stage.bean(DeploymentQueue.class),
              stage.bean(Planner.class),
              hands,
              stage.bean(Housekeeping.class),
              Clock.systemUTC());
      try {
        again = runner.run(id);
        if (again.isPresent()) {
          return false;
        }
      } catch (DataAccessResourceFailureException _) {
        // this one is dead; the next one takes over
      }
    }
    return true;
  }

  private static List<String> running() {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(PLACE).stream()
        .map(instance -> instance.version().value())
        .toList();
  }

  private static List<Integer> tally() throws Exception {
    List<Integer> rows = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        ResultSet found =
            connection.createStatement().executeQuery("select n from tally order by n")) {
      while (found.next()) {
        rows.add(found.getInt(1));
      }
    }
    return rows;
  }
}
