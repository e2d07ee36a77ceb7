package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.Place;
import dev.fairlead.events.Topic;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Those who apply manifests and approve: Ada and Alma may deploy and approve, April may approve,
 * Dora may deploy.
 *
 * @param directory of the manifests
 */
record ApprovalPeople(Stage stage, Path directory) {

  static final String GUARDED = "production: {approval: required, replicas: 1}";

  void assertOpensNothing(String who, String application, String environment) {
    Stage.Answer refused = send(who, application, environment);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("approval-weakened");
  }

  DeployRequested requested(String application, String claimed) {
    Place place = Place.of(application, "production");
    return new DeployRequested(
        place.application(),
        place.environment(),
        new Version("1"),
        application + "-by-event",
        null,
        "c0ffee",
        new Actor(claimed),
        null,
        null,
        null,
        null,
        null);
  }

  /** The newest deployment of that application, once it awaits approval. */
  Stage.Answer awaited(String application) {
    JsonNode found =
        await()
            .until(
                () -> stage.get("/deployments?application=" + application).body().path(0),
                item -> item.path("state").asString("").equals("awaiting-approval"));
    return stage.get("/deployments/" + found.path("deployment").asString());
  }

  List<String> audited(String operation) {
    return Told.on(Topic.AUDIT, Shared.kafka().bootstrapServers()).stream()
        .filter(entry -> entry.path("operation").asString("").equals(operation))
        .map(entry -> entry.path("actor").asString() + " " + entry.path("on").asString())
        .toList();
  }

  Stage.Answer apply(String who, String application, String environment) {
    Stage.Answer answer = send(who, application, environment);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer;
  }

  Stage.Answer send(String who, String application, String environment) {
    String manifest = SampleManifest.of(application).replace(GUARDED, environment);
    return stage.post(
        who, "/applications", Map.of("manifest", manifest, "directory", directory.toString()));
  }

  JsonNode plan(String who, String application, String environment) {
    return stage.post(who, "/plans", wanted(application, environment)).body();
  }

  Stage.Answer deploy(String who, String application, String environment) {
    String deployment =
        stage.post(who, "/deployments", wanted(application, environment)).text("deployment");
    Stage.Answer waiting = stage.inState(deployment, "awaiting-approval");
    if (who.equals("dora")) {
      stage.post("ada", "/deployments/" + deployment + "/rejection", Map.of("reason", "not now"));
    }
    return waiting;
  }

  Map<String, String> wanted(String application, String environment) {
    return Map.of("application", application, "environment", environment, "version", "1");
  }

  Stage.Answer approve(String who, Stage.Answer waiting) {
    return stage.post(
        who,
        "/deployments/" + waiting.text("deployment") + "/approval",
        Map.of("planHash", waiting.text("planHash")));
  }
}
