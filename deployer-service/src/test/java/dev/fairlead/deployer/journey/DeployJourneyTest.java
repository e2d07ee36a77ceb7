package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.Instance;
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

  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    stage = Stage.set(folder);
    stage.built("1", "good");
    stage.built("2", "good");
    stage.built("3", "unhealthy");
    stage.built("4", "failing");
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(
        Stream.of("shop", "phoenix", "tides", "twins")
            .map(name -> Place.of(name, "staging"))
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

    Stage.Answer hasty =
        stage.post("dora", "/rollbacks", Map.of("application", "shop", "environment", "staging"));
    assertThat(hasty.text("code")).as("nobody has to go back").isEqualTo("just-turned-back");
    assertThat(hasty.text("advice"))
        .endsWith("fairlead rollback shop --environment staging --to 1");
    Stage.Answer back = rolledBack("slow again");
    assertThat(back.status()).as(back.toString()).isEqualTo(202);
    assertThat(stage.ended(back.text("deployment")).text("state")).isEqualTo("succeeded");
    assertThat(rolledBack("slow again").text("deployment"))
        .as("the same key goes no further back")
        .isEqualTo(back.text("deployment"));
    assertThat(rolledBack("in other words").text("deployment"))
        .as("nor does another reason")
        .isEqualTo(back.text("deployment"));
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
            "toVersion",
            "1",
            "idempotencyKey",
            "incident-7",
            "reason",
            reason));
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

  private static List<String> versions(String application) {
    return instances(Place.of(application, "staging")).stream()
        .map(instance -> instance.version().value())
        .toList();
  }

  private static List<Instance> instances(Place place) {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(place);
  }
}
