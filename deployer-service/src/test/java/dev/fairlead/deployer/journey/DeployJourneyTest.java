package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("On a real broker, database, edge proxy and processes")
class DeployJourneyTest {

  private static Path folder;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    stage = Stage.set(folder);
    stage.built("1", "good");
    stage.built("2", "good");
    stage.built("3", "unhealthy");
    stage.built("4", "failing");
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(
        Stream.of("shop", "ledger", "press", "phoenix", "tides", "twins", "vault")
            .flatMap(name -> Stream.of(Place.of(name, "staging"), Place.of(name, "production")))
            .toArray(Place[]::new));
  }

  @Test
  @BesideOthers
  @DisplayName("a release follows the other without a lost request, and a bad one is undone")
  void releases() {
    stage.applied("shop", "bake: 1s");
    Stage.Answer first = stage.ended(stage.deploy("shop", "staging", "1"));
    assertThat(first.text("state")).as(first.toString()).isEqualTo("succeeded");
    assertThat(stage.visit("shop", "staging").body()).isEqualTo("version 1");

    try (Visitors visitors = new Visitors(stage, "shop", "staging")) {
      Stage.Answer second = stage.ended(stage.deploy("shop", "staging", "2"));
      assertThat(second.text("state")).as(second.toString()).isEqualTo("succeeded");
      assertThat(second.text("previousVersion")).isEqualTo("1");
      assertThat(versions("shop")).containsExactly("2", "2");

      Stage.Answer third = stage.ended(stage.deploy("shop", "staging", "3"));
      assertThat(third.text("state")).as(third.toString()).isEqualTo("rolled-back");
      assertThat(third.text("reason")).contains("503");
      assertThat(versions("shop")).containsExactly("2", "2");

      visitors.requireAllAnswered(30);
      assertThat(visitors.answers()).containsOnlyKeys("version 1", "version 2");
    }

    try (Visitors visitors = new Visitors(stage, "shop", "staging")) {
      Stage.Answer fourth = stage.ended(stage.deploy("shop", "staging", "4"));
      assertThat(fourth.text("state")).as(fourth.toString()).isEqualTo("rolled-back");
      assertThat(fourth.body().path("steps").toString()).contains("traffic-figures");
      assertThat(versions("shop")).containsExactly("2", "2");
      assertThat(visitors.failures()).isPositive();
    }

    Stage.Answer back = rolledBack("slow again");
    assertThat(back.status()).as(back.toString()).isEqualTo(202);
    assertThat(stage.ended(back.text("deployment")).text("state")).isEqualTo("succeeded");
    assertThat(rolledBack("slow again").text("deployment"))
        .as("the same key goes no further back")
        .isEqualTo(back.text("deployment"));
    assertThat(rolledBack("another reason").text("code")).isEqualTo("key-in-use");
    assertThat(stage.visit("shop", "staging").body()).isEqualTo("version 1");
  }

  private static Stage.Answer rolledBack(String reason) {
    return stage.post(
        "dora",
        "/rollbacks",
        Map.of(
            "application",
            "shop",
            "environment",
            "staging",
            "idempotencyKey",
            "incident-7",
            "reason",
            reason));
  }

  @Test
  @BesideOthers
  @DisplayName(
      "a request that arrives as an event starts a deployment, once; a wrong one fails visibly")
  void overKafka() {
    stage.applied("ledger");
    stage.told("ci", requested("ledger", "1", "ci-1"));
    stage.told("ci", requested("ledger", "1", "ci-1"));
    stage.told("ci", requested("nowhere", "1", "ci-2"));

    String path = "/deployments?application=ledger";
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> stage.get(path).body().path(0).path("state").asString("").equals("succeeded"));
    assertThat(stage.get(path).body().size()).isEqualTo(1);
    Release release =
        stage.bean(Releases.class).serving(Place.of("ledger", "staging")).orElseThrow();
    assertThat(release.commit()).isEqualTo("9f2c1e7");
    assertThat(release.commitDetails()).isEqualTo(new CommitDetails("Charge once", "Ada Lovelace"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(stage.get("/deployments?application=nowhere").body().toString())
                    .contains(
                        "\"state\":\"failed\"", "unknown application nowhere", "fairlead apply"));
  }

  @Test
  @BesideOthers
  @DisplayName("a request for a place that does not exist is refused, and nothing begins")
  void nowhere() {
    stage.applied("known");

    Stage.Answer environment =
        stage.post(
            "dora",
            "/deployments",
            Map.of("application", "known", "environment", "moon", "version", "1"));
    assertThat(environment.status()).isEqualTo(404);
    assertThat(environment.text("code")).isEqualTo("unknown-environment");
    assertThat(environment.text("detail")).isEqualTo("known has no environment moon");
    assertThat(environment.text("advice"))
        .isEqualTo("choose one of staging, production, or add it to the manifest");

    Stage.Answer application =
        stage.post(
            "dora",
            "/deployments",
            Map.of("application", "atlantis", "environment", "staging", "version", "1"));
    assertThat(application.status()).isEqualTo(404);
    assertThat(application.text("advice")).isEqualTo("apply its manifest first: fairlead apply");
    assertThat(stage.get("/deployments?environment=moon").body().isEmpty()).isTrue();
    assertThat(stage.get("/deployments?application=atlantis").body().isEmpty()).isTrue();
  }

  @Test
  @BesideOthers
  @DisplayName("a manifest with mistakes is refused with each of them once, its line and key apart")
  void mistakes() {
    Stage.Answer refused =
        stage.post(
            "dora",
            "/applications",
            Map.of(
                "directory",
                "/",
                "manifest",
                "application: shop\nreplicas: many\nenvironments: {staging: {}}\n"));

    assertThat(refused.status()).isEqualTo(422);
    int mistakes = refused.body().path("errors").size();
    assertThat(refused.text("detail")).isEqualTo("the manifest has " + mistakes + " mistake(s)");
    assertThat(refused.body().path("errors").toString())
        .containsOnlyOnce("found 'many', expected a number from 1 to 100")
        .contains("\"field\":\"replicas\"", "\"line\":2");
  }

  @Test
  @BesideOthers
  @DisplayName("production waits for another person, who approves exactly this plan")
  void approval() {
    stage.applied("press");
    String deployment = stage.deploy("press", "production", "1");
    String hash = stage.inState(deployment, "awaiting-approval").text("planHash");
    String approval = "/deployments/" + deployment + "/approval";

    assertThat(stage.post("dora", approval, Map.of("planHash", hash)).status()).isEqualTo(403);
    Stage.Answer other =
        stage.post("april", approval, Map.of("planHash", "sha256:" + "0".repeat(64)));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("detail")).contains("but the plan is " + hash);

    assertThat(stage.post("april", approval, Map.of("planHash", hash)).status()).isEqualTo(200);
    assertThat(stage.ended(deployment).text("state")).isEqualTo("succeeded");
  }

  @Test
  @BesideOthers
  @DisplayName("a script that was changed after the approval is not run")
  void changedScript() throws Exception {
    Path script = Files.writeString(folder.resolve("check.sh"), "exit 0\n");
    stage.applied("vault", "hooks: [{name: check, before: rollout, command: [sh, check.sh]}]");
    String deployment = stage.deploy("vault", "production", "1");
    String hash = stage.inState(deployment, "awaiting-approval").text("planHash");
    Files.writeString(script, "touch was-here\n");
    stage.post("april", "/deployments/" + deployment + "/approval", Map.of("planHash", hash));

    Stage.Answer ended = stage.ended(deployment);

    assertThat(ended.text("state")).isEqualTo("failed");
    assertThat(ended.text("reason"))
        .isEqualTo(
            "hook check is not run: check.sh in %s is not what was planned".formatted(folder));
    assertThat(ended.text("advice")).contains("deploy again");
    assertThat(folder.resolve("was-here")).doesNotExist();
  }

  @Test
  @BesideOthers
  @DisplayName(
      "a canary gets its share, a recreated application keeps visitors waiting; none is lost")
  void strategies() {
    stage.applied("tides", "strategy: {recreate: {}}");
    stage.ended(stage.deploy("tides", "staging", "1"));
    try (Visitors visitors = new Visitors(stage, "tides", "staging")) {
      Stage.Answer recreated = stage.ended(stage.deploy("tides", "staging", "2"));
      assertThat(recreated.text("state")).as(recreated.toString()).isEqualTo("succeeded");
      stage.applied("tides", "strategy: {canary: {steps: [{weight: 30%, bake: 1s}]}}");
      Stage.Answer canary = stage.ended(stage.deploy("tides", "staging", "1"));
      assertThat(canary.text("state")).as(canary.toString()).isEqualTo("succeeded");
      assertThat(String.valueOf(stage.step(canary, "traffic-1")))
          .contains("2 on 2 instance(s): 70 %");

      visitors.requireAllAnswered(30);
      assertThat(visitors.answers()).containsOnlyKeys("version 1", "version 2");
    }
    assertThat(versions("tides")).containsExactly("1", "1");
  }

  @Test
  @BesideOthers
  @DisplayName("a canary of the same version is told from the other at the router, and judged")
  void sameVersion() throws Exception {
    String canary = "strategy: {canary: {steps: [{weight: 50%, bake: 2s}]}}";
    stage.applied("twins", canary);
    String first = stage.deploy("twins", "staging", "1");
    assertThat(stage.ended(first).text("state")).isEqualTo("succeeded");
    stage.applied("twins", canary, "environment: {LEVEL: debug}");
    try (Visitors visitors = new Visitors(stage, "twins", "staging")) {
      String second = stage.deploy("twins", "staging", "1");
      stage.inStep(second, "watch-1");
      List<RouteState.Backend> backends =
          stage
              .bean(Routers.class)
              .byKind()
              .get(RouterKind.EDGE)
              .observe("twins-staging")
              .map(RouteState::serving)
              .orElse(List.of());
      assertThat(backends).hasSize(3);
      assertThat(backends.stream().map(RouteState.Backend::release).map(Version::value).distinct())
          .as("the label of each release")
          .containsExactlyInAnyOrder("1", second);

      Stage.Answer ended = stage.ended(second);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
      assertThat(String.valueOf(stage.step(ended, "watch-1")))
          .containsPattern("version 1: [1-9][0-9]* requests.* \\(others: [1-9][0-9]* requests");
      visitors.requireAllAnswered(30);
    }
  }

  @Test
  @BesideOthers
  @DisplayName("an instance that is killed is started again")
  void upkeep() {
    stage.applied("phoenix");
    stage.ended(stage.deploy("phoenix", "staging", "1"));
    ProcessHandle victim =
        ProcessHandle.allProcesses()
            .filter(process -> isInstance(process, "phoenix-staging"))
            .findFirst()
            .orElseThrow();
    victim.destroyForcibly();

    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                instances(Place.of("phoenix", "staging")).stream()
                    .anyMatch(instance -> instance.restarts() == 1 && instance.running()));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> stage.get("/instances?application=phoenix").body().toString(), this::twoServe);
    assertThat(stage.text("/instances/%s/log?lines=1".formatted(restarted())))
        .as("what it wrote last")
        .matches("version 1 listens at [0-9]+\n");
    assertThat(stage.get("/instances/nobody/log").text("advice")).contains("instances list");
  }

  private String restarted() {
    return instances(Place.of("phoenix", "staging")).stream()
        .filter(instance -> instance.restarts() == 1)
        .map(instance -> instance.id().value())
        .findFirst()
        .orElseThrow();
  }

  private boolean twoServe(String instances) {
    return instances.split("\"serving\"").length == 3;
  }

  /** Processes carry their instance's name in their environment. */
  private static boolean isInstance(ProcessHandle process, String name) {
    try {
      return Files.readString(Path.of("/proc/%d/environ".formatted(process.pid())))
          .contains("FAIRLEAD_INSTANCE=" + name);
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  @BesideOthers
  @DisplayName(
      "a dry run shows every step and starts nothing; a wrong manifest is refused as a whole")
  void dryRun() {
    stage.applied("dry");
    Stage.Answer plan =
        stage.post(
            "dora",
            "/plans",
            Map.of("application", "dry", "environment", "staging", "version", "1"));
    assertThat(plan.status()).as(plan.toString()).isEqualTo(200);
    assertThat(plan.text("planHash")).startsWith("sha256:");
    assertThat(plan.body().path("steps").size()).isGreaterThan(8);
    assertThat(instances(Place.of("dry", "staging"))).isEmpty();

    Stage.Answer wrong =
        stage.post("ada", "/applications", Map.of("manifest", "replicas: x", "directory", "/tmp"));
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.body().path("errors").toString()).contains("\"line\":1", "application");
  }

  private static DeployRequested requested(String application, String version, String key) {
    Place place = Place.of(application, "staging");
    return new DeployRequested(
        place.application(),
        place.environment(),
        new Version(version),
        key,
        null,
        "9f2c1e7",
        null,
        null,
        null,
        null,
        "Charge once\n\nAt last.",
        "Ada Lovelace");
  }

  private static List<String> versions(String application) {
    return instances(Place.of(application, "staging")).stream()
        .map(instance -> instance.version().value())
        .toList();
  }

  private static List<Instance> instances(Place place) {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(place);
  }
}
