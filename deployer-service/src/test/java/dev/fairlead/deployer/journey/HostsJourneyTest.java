package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.TwoHosts.PATIENCE;
import static dev.fairlead.deployer.journey.TwoHosts.images;
import static dev.fairlead.deployer.journey.TwoHosts.instances;
import static dev.fairlead.deployer.journey.TwoHosts.is;
import static dev.fairlead.deployer.journey.TwoHosts.label;
import static dev.fairlead.deployer.journey.TwoHosts.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.runtime.Cable;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.stack.testing.InSecondLane;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("On two Docker hosts, reached over TLS")
@InSecondLane
class HostsJourneyTest {

  /** How long the deployer waits for an answer; the round at the first hang is in such a wait. */
  private static final Duration A_HUNG_QUESTION = Duration.ofSeconds(60);

  private static TwoHosts hosts;
  private static SpareEngine alpha;
  private static SpareEngine beta;
  private static Cable toBeta;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    hosts = TwoHosts.set(temporary);
    alpha = hosts.alpha;
    beta = hosts.beta;
    toBeta = hosts.toBeta;
    stage = hosts.stage;
  }

  @AfterAll
  static void strike() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  @Test
  @DisplayName(
      "an image is built once, runs on both, and is removed from both when its time is over")
  void dealtOut() throws Exception {
    hosts.applied("fleet", "retention: {releases: 2}", "replicas: 4");
    String deployment = stage.deploy("fleet", "staging", "1");
    Stage.Answer first = hosts.succeeded(deployment);

    String image = first.text("digest");
    for (SpareEngine engine : List.of(alpha, beta)) {
      assertThat(instances(engine, "fleet"))
          .hasSize(2)
          .allSatisfy(one -> assertThat(one.getImageId()).isEqualTo(image));
    }
    List<JsonNode> evidence =
        Objects.requireNonNull(stage.step(first, "serving"))
            .path("evidence")
            .valueStream()
            .toList();
    assertThat(evidence)
        .extracting(seen -> seen.path("host").asString())
        .containsExactly("alpha", "beta", "alpha", "beta");
    assertThat(evidence)
        .allSatisfy(
            seen -> {
              assertThat(seen.path("digest").asString()).isEqualTo(image);
              assertThat(seen.path("percent").asDouble()).isEqualTo(25);
              assertThat(seen.path("address").asString())
                  .startsWith(
                      seen.path("host").asString().equals("alpha") ? "127.0.0.2:" : "127.0.0.3:");
            });
    assertThat(stage.visit("fleet", "staging").body()).isEqualTo("version 1");
    assertThat(stage.get("/instances?application=fleet").body().valueStream())
        .extracting(one -> one.path("host").asString(""))
        .containsExactlyInAnyOrder("alpha", "alpha", "beta", "beta");
    assertThat(stage.text("/deployments/%s/log".formatted(deployment)))
        .contains("COPY busybox", "Successfully built");

    String second = hosts.succeeded(stage.deploy("fleet", "staging", "2")).text("digest");
    String third = hosts.succeeded(stage.deploy("fleet", "staging", "3")).text("digest");
    for (SpareEngine engine : List.of(alpha, beta)) {
      await().untilAsserted(() -> assertThat(images(engine)).doesNotContain(image));
      assertThat(images(engine)).contains(second, third);
    }
    Stage.Answer back =
        stage.post("dora", "/rollbacks", Map.of("application", "fleet", "environment", "staging"));
    assertThat(hosts.succeeded(back.text("deployment")).text("digest")).isEqualTo(second);
    assertThat(stage.visit("fleet", "staging").body()).isEqualTo("version 2");
  }

  @Test
  @DisplayName(
      "one that is lost in the middle brings the old release back on the other, and on itself when it returns")
  void lost() throws Exception {
    hosts.applied("ferry", "replicas: 4");
    hosts.succeeded(stage.deploy("ferry", "staging", "1"));

    try (Visitors visitors = new Visitors(stage, "ferry", "staging")) {
      String deployment = stage.deploy("ferry", "staging", "2");
      // the first batch serves and what it replaced is gone; of the second one beta has its
      // instance
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  instances(beta, "ferry").stream()
                      .anyMatch(one -> label(one, "instance").endsWith("-4") && is(one, "2")));
      toBeta.cut();

      Stage.Answer ended = stage.ended(deployment);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
      assertThat(ended.text("reason")).contains("the Docker Engine of host beta");
      assertThat(ended.toString()).contains("what is there follows when it is back");
      assertThat(versions(alpha, "ferry")).containsExactly("1", "1");
      assertThat(stage.visit("ferry", "staging").body()).isEqualTo("version 1");

      toBeta.mend();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(versions(beta, "ferry")).containsExactly("1", "1");
                assertThat(hosts.serving("ferry")).containsExactly("1", "1", "1", "1");
              });
      visitors.requireAllAnswered(30);
    } finally {
      toBeta.mend();
    }
  }

  @Test
  @DisplayName("what a first release left on a host that was lost is removed when it returns")
  void orphans() throws Exception {
    hosts.applied("pier", "replicas: 2");
    String deployment = stage.deploy("pier", "staging", "1");
    await().atMost(PATIENCE).until(() -> instances(beta, "pier").size() == 1);
    toBeta.cut();
    try {
      assertThat(stage.ended(deployment).text("state")).isEqualTo("rolled-back");
      assertThat(instances(alpha, "pier")).isEmpty();
      assertThat(instances(beta, "pier")).hasSize(1);

      Stage.Answer refused = stage.ended(stage.deploy("pier", "staging", "1"));
      assertThat(refused.text("state")).isEqualTo("failed");
      assertThat(refused.text("reason")).contains("the Docker Engine of host beta");
      assertThat(instances(alpha, "pier")).as("nothing was begun").isEmpty();
    } finally {
      toBeta.mend();
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(instances(beta, "pier")).isEmpty());
  }

  @Test
  @DisplayName("a release moves off one that is gone, and what it left there goes when it returns")
  void left() throws Exception {
    hosts.applied("barge", "replicas: 2");
    hosts.succeeded(stage.deploy("barge", "staging", "1"));
    hosts.applied("barge", "replicas: 2", "hosts: [alpha]", "strategy: {blue-green: {}}");
    toBeta.cut();
    try {
      Stage.Answer ended = hosts.succeeded(stage.deploy("barge", "staging", "2"));

      assertThat(detailOf(ended, "gates")).contains("instances on host beta");
      assertThat(detailOf(ended, "stop-old")).endsWith("what is there follows when it is back");
      assertThat(versions(alpha, "barge")).containsExactly("2", "2");
      assertThat(versions(beta, "barge")).containsExactly("1");
      assertThat(hosts.serving("barge")).containsExactly("2", "2");
    } finally {
      toBeta.mend();
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(instances(beta, "barge")).isEmpty());
  }

  @Test
  @DisplayName("a rollout off one that is silent leaves it its visitors to the end, and loses none")
  void leftUnderTraffic() throws Exception {
    hosts.applied("sloop", "replicas: 4");
    hosts.succeeded(stage.deploy("sloop", "staging", "1"));
    hosts.applied(
        "sloop", "replicas: 4", "hosts: [alpha]", "strategy: {rolling: {batch: 1}}", "bake: 2s");
    toBeta.cut();
    try (Visitors visitors = new Visitors(stage, "sloop", "staging")) {
      Stage.Answer ended = hosts.succeeded(stage.deploy("sloop", "staging", "2"));

      assertThat(detailOf(ended, "traffic-1"))
          .isEqualTo("2 on 1 instance(s): 25 %, 1 on 3 instance(s): 75 %");
      assertThat(hosts.serving("sloop")).containsExactly("2", "2", "2", "2");
      visitors.requireAllAnswered(30);
    } finally {
      toBeta.mend();
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(instances(beta, "sloop")).isEmpty());
  }

  private static String detailOf(Stage.Answer deployment, String step) {
    return Objects.requireNonNull(stage.step(deployment, step)).path("detail").asString();
  }

  @Test
  @DisplayName("a release is no success when one instance was swapped, and is taken back")
  void swapped() throws Exception {
    hosts.applied("buoy", "replicas: 2");
    String old = hosts.succeeded(stage.deploy("buoy", "staging", "1")).text("digest");
    hosts.applied("buoy", "replicas: 2", "bake: 20s");
    String deployment = stage.deploy("buoy", "staging", "2");
    await()
        .atMost(PATIENCE)
        .until(() -> stage.get("/deployments/" + deployment).text("phase").equals("bake"));

    hosts.swap(instances(alpha, "buoy").getFirst(), old);

    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    // the moment between the two may have been seen as well
    assertThat(ended.text("reason"))
        .matches(
            ".*(runs %s of deployment .* instead of sha256:.*|does not run: gone)".formatted(old));
    assertThat(versions(alpha, "buoy")).containsExactly("1");
    assertThat(versions(beta, "buoy")).containsExactly("1");
  }

  @Test
  @DisplayName("a good release stays when one does not answer at the last instant of the bake")
  void silentAtTheEnd() throws Exception {
    hosts.applied("yawl", "replicas: 2");
    hosts.succeeded(stage.deploy("yawl", "staging", "1"));
    hosts.applied("yawl", "replicas: 2", "bake: 3s");
    String deployment = stage.deploy("yawl", "staging", "2");
    hosts.awaitStep(deployment, "bake");
    toBeta.cut();
    try {
      hosts.awaitStep(deployment, "still-serving");
    } finally {
      toBeta.mend();
    }

    Stage.Answer ended = hosts.succeeded(deployment);
    assertThat(ended.toString()).contains("the window of PT3S is over", "still-serving decides");
    assertThat(versions(beta, "yawl")).containsExactly("2");
  }

  @Test
  @DisplayName("a good release stays when one does not answer while it is measured")
  void silentWhileMeasured() throws Exception {
    hosts.applied("punt", "replicas: 2");
    hosts.succeeded(stage.deploy("punt", "staging", "1"));
    hosts.applied(
        "punt",
        "replicas: 2",
        "verification: {window: 0s, resources: {memory: 1GB, window: 3s}, logs: {at-most: 0}}");
    String deployment = stage.deploy("punt", "staging", "2");
    hosts.awaitStep(deployment, "resources");
    toBeta.cut();
    try {
      hosts.awaitStep(deployment, "logs");
      hosts.awaitStep(deployment, "serving");
    } finally {
      toBeta.mend();
    }

    Stage.Answer ended = hosts.succeeded(deployment);
    for (String suite : List.of("resources", "logs")) {
      JsonNode step = Objects.requireNonNull(stage.step(ended, suite));
      assertThat(step.path("outcome").asString()).as(step.toString()).isEqualTo("inconclusive");
      assertThat(step.path("detail").asString()).contains("the Docker Engine of host beta");
    }
    assertThat(versions(beta, "punt")).containsExactly("2");
  }

  @Test
  @DisplayName("what exits on one is started again while the engine of the other hangs")
  void hanging() throws Exception {
    hosts.applied("raft", "replicas: 2");
    hosts.succeeded(stage.deploy("raft", "staging", "1"));
    toBeta.hang();
    try {
      awaitStartedAgain(exitedAtAlpha(), A_HUNG_QUESTION.plus(PATIENCE));
      // by now it is known to hang: no further round may wait for the whole question
      awaitStartedAgain(exitedAtAlpha(), PATIENCE);
    } finally {
      toBeta.mend();
    }
  }

  private static String exitedAtAlpha() {
    String exited = instances(alpha, "raft").getFirst().getId();
    alpha.client().killContainerCmd(exited).exec();
    return exited;
  }

  private static void awaitStartedAgain(String exited, Duration limit) {
    await()
        .atMost(limit)
        .untilAsserted(
            () ->
                assertThat(instances(alpha, "raft"))
                    .hasSize(1)
                    .allSatisfy(
                        one -> {
                          assertThat(one.getId()).isNotEqualTo(exited);
                          assertThat(one.getState()).isEqualTo("running");
                        }));
  }
}
