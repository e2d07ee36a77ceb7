package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is asked of a deployer on a real broker and database")
class RequestJourneyTest {

  private static Path folder;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    stage = Stage.set(folder);
    stage.built("1", "good");
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(
        Stream.of("ledger", "press", "vault")
            .flatMap(name -> Stream.of(Place.of(name, "staging"), Place.of(name, "production")))
            .toArray(Place[]::new));
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
    assertThat(
            stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(Place.of("dry", "staging")))
        .isEmpty();

    Stage.Answer wrong =
        stage.post("ada", "/applications", Map.of("manifest", "replicas: x", "directory", "/tmp"));
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.body().path("errors").toString()).contains("\"line\":1", "application");
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
}
