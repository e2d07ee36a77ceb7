package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.HealthEvent.PerformanceRegressed;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.stack.testing.BesideOthers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;

@DisplayName("What health-service tells of a deployed application")
class HealthJourneyTest {

  /** What the deployer hears of it; one test stops that for a while. */
  private static final String NEWS = "health news";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String QUICKLY = "verification: {checks: [{path: /health}], window: 0s}";

  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    stage = Stage.set(folder);
    for (String version : List.of("1", "2")) {
      stage.built(version, "good");
    }
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(
        Stream.of("clinic", "crawler", "hospice", "ward")
            .map(name -> Place.of(name, "staging"))
            .toArray(Place[]::new));
  }

  @Test
  @BesideOthers
  @ResourceLock(value = NEWS, mode = ResourceAccessMode.READ)
  @DisplayName("takes a release back that becomes unhealthy in its bake window")
  void degraded() {
    String deployment = baking("clinic");

    stage.told("health", degraded("clinic", Severity.ERROR, IncidentId.random()));

    assertTakenBack(deployment, "clinic/staging/http became unhealthy: GET /health answered 503");
    assertThat(stage.visit("clinic", "staging").body()).isEqualTo("version 1");
  }

  @Test
  @BesideOthers
  @ResourceLock(value = NEWS, mode = ResourceAccessMode.READ)
  @DisplayName("takes a release back that becomes slower in its bake window")
  void regressed() {
    String deployment = baking("crawler");

    stage.told("health", regressed("crawler"));

    assertTakenBack(
        deployment, "crawler/staging/http became worse: latency-p95 is 900.0 ms instead of 120.0");
    assertThat(stage.visit("crawler", "staging").body()).isEqualTo("version 1");
  }

  @Test
  @ResourceLock(NEWS)
  @DisplayName("takes a release back also where it is read only when the bake window is over")
  void heardLate() {
    stage.applied("hospice", QUICKLY);
    Stage.Answer first = stage.ended(stage.deploy("hospice", "staging", "1"));
    assertThat(first.text("state")).as(first.toString()).isEqualTo("succeeded");
    stage.applied("hospice", QUICKLY, "bake: 2s");
    BindingsLifecycleController listening = stage.bean(BindingsLifecycleController.class);
    listening.changeState("facts-in-0", BindingsLifecycleController.State.STOPPED);
    String deployment;
    try {
      deployment = stage.deploy("hospice", "staging", "2");
      stage.inPhase(deployment, "bake");
      stage.told("health", degraded("hospice", Severity.ERROR, IncidentId.random()));
      await()
          .during(Duration.ofSeconds(4))
          .atMost(PATIENCE)
          .until(() -> stage.get("/deployments/" + deployment).text("step").equals("bake"));
    } finally {
      listening.changeState("facts-in-0", BindingsLifecycleController.State.STARTED);
    }

    assertTakenBack(deployment, "hospice/staging/http became unhealthy: GET /health answered 503");
  }

  @Test
  @BesideOthers
  @ResourceLock(value = NEWS, mode = ResourceAccessMode.READ)
  @DisplayName("keeps deployments away while a critical incident is open, and no longer")
  void incident() {
    IncidentId incident = IncidentId.random();
    stage.applied("ward", QUICKLY, "gates: {incidents: must}");

    stage.told("health", degraded("ward", Severity.CRITICAL, incident));
    awaitGate(false);
    Stage.Answer refused = stage.ended(stage.deploy("ward", "staging", "1"));
    assertThat(refused.text("state")).as(refused.toString()).isEqualTo("failed");
    assertThat(refused.text("reason")).isEqualTo("critical incidents are open: ward/staging/http");

    stage.told("health", recovered(incident));
    awaitGate(true);
    Stage.Answer done = stage.ended(stage.deploy("ward", "staging", "1"));
    assertThat(done.text("state")).as(done.toString()).isEqualTo("succeeded");
  }

  /** The deployment of version 2, in a bake window that would last longer than any test. */
  private static String baking(String application) {
    stage.applied(application, QUICKLY);
    Stage.Answer first = stage.ended(stage.deploy(application, "staging", "1"));
    assertThat(first.text("state")).as(first.toString()).isEqualTo("succeeded");
    stage.applied(application, QUICKLY, "bake: 5m");
    String deployment = stage.deploy(application, "staging", "2");
    stage.inPhase(deployment, "bake");
    return deployment;
  }

  private static void assertTakenBack(String deployment, String reason) {
    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason")).isEqualTo(reason);
  }

  private static void awaitGate(boolean passed) {
    Map<String, String> version =
        Map.of("application", "ward", "environment", "staging", "version", "1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.post("dora", "/plans", version).body().path("gates").toString())
                    .contains("\"check\":\"incidents\",\"passed\":" + passed));
  }

  private static Event degraded(String application, Severity severity, IncidentId incident) {
    Place place = Place.of(application, "staging");
    return new HealthDegraded(
        incident,
        target(place),
        place.application(),
        place.environment(),
        ProbeKind.HTTP,
        severity,
        3,
        30,
        Instant.now(),
        "GET /health answered 503");
  }

  private static Event regressed(String application) {
    Place place = Place.of(application, "staging");
    return new PerformanceRegressed(
        target(place),
        place.application(),
        place.environment(),
        null,
        "latency-p95",
        120,
        900,
        "ms");
  }

  private static Event recovered(IncidentId incident) {
    Place place = Place.of("ward", "staging");
    return new HealthRecovered(
        incident, target(place), place.application(), place.environment(), 4_000);
  }

  private static TargetId target(Place place) {
    return new TargetId(place + "/http");
  }
}
