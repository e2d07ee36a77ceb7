package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.Cable;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("On two Docker hosts, reached over TLS")
class HostsJourneyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long the deployer waits for an answer; the round at the first hang is in such a wait. */
  private static final Duration A_HUNG_QUESTION = Duration.ofSeconds(60);

  private static final String SERVE =
      "/bin/busybox httpd -f -p $PORT -h /www & trap 'exit 0' TERM; wait; wait";

  private static Path folder;
  private static SpareEngine alpha;
  private static SpareEngine beta;
  private static Cable toBeta;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Authority authority = new Authority("harbour master");
    alpha = SpareEngine.start(Files.createDirectory(folder.resolve("a")), authority, authority);
    beta = SpareEngine.start(Files.createDirectory(folder.resolve("b")), authority, authority);
    toBeta = new Cable(beta.port());
    Path certificates =
        authority.issue(folder.resolve("tls"), authority, "127.0.0.1", Duration.ofDays(1));
    stage =
        Stage.set(
            folder,
            host("alpha", "engine", "tcp://127.0.0.1:" + alpha.port()),
            host("alpha", "certificates", certificates.toString()),
            host("alpha", "address", "127.0.0.2"),
            host("beta", "engine", "tcp://127.0.0.1:" + toBeta.port()),
            host("beta", "certificates", certificates.toString()),
            host("beta", "address", "127.0.0.3"),
            "--fairlead.deployer.artifact-grace=0s",
            "--fairlead.deployer.upkeep=500ms");
    for (String version : List.of("1", "2", "3")) {
      written(version);
    }
  }

  private static String host(String name, String key, String value) {
    return "--fairlead.deployer.docker-hosts.%s.%s=%s".formatted(name, key, value);
  }

  private static void written(String version) throws Exception {
    Path context = Files.createDirectory(folder.resolve("context-" + version));
    Files.copy(Neighbours.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Files.writeString(context.resolve("index.html"), "version " + version);
    Files.writeString(context.resolve("health"), "up");
    Files.writeString(context.resolve("serve.sh"), SERVE);
    Files.writeString(context.resolve(".dockerignore"), "Dockerfile\n");
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM scratch
        COPY busybox /bin/busybox
        COPY index.html health serve.sh /www/
        CMD ["/bin/busybox", "sh", "/www/serve.sh"]
        """);
  }

  @AfterAll
  static void strike() throws Exception {
    for (AutoCloseable one :
        Stream.of(stage, toBeta, alpha, beta).filter(Objects::nonNull).toList()) {
      one.close();
    }
  }

  @Test
  @DisplayName(
      "an image is built once, runs on both, and is removed from both when its time is over")
  void dealtOut() throws Exception {
    applied("fleet", "retention: {releases: 2}", "replicas: 4");
    String deployment = stage.deploy("fleet", "staging", "1");
    Stage.Answer first = succeeded(deployment);

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

    String second = succeeded(stage.deploy("fleet", "staging", "2")).text("digest");
    String third = succeeded(stage.deploy("fleet", "staging", "3")).text("digest");
    for (SpareEngine engine : List.of(alpha, beta)) {
      await().untilAsserted(() -> assertThat(images(engine)).doesNotContain(image));
      assertThat(images(engine)).contains(second, third);
    }
    Stage.Answer back =
        stage.post("dora", "/rollbacks", Map.of("application", "fleet", "environment", "staging"));
    assertThat(succeeded(back.text("deployment")).text("digest")).isEqualTo(second);
    assertThat(stage.visit("fleet", "staging").body()).isEqualTo("version 2");
  }

  @Test
  @DisplayName(
      "one that is lost in the middle brings the old release back on the other, and on itself when it returns")
  void lost() throws Exception {
    applied("ferry", "replicas: 4");
    succeeded(stage.deploy("ferry", "staging", "1"));

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
                assertThat(serving("ferry")).containsExactly("1", "1", "1", "1");
              });
      visitors.requireAllAnswered(30);
    } finally {
      toBeta.mend();
    }
  }

  @Test
  @DisplayName("what a first release left on a host that was lost is removed when it returns")
  void orphans() throws Exception {
    applied("pier", "replicas: 2");
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
  @DisplayName("a release is no success when one instance was swapped, and is taken back")
  void swapped() throws Exception {
    applied("buoy", "replicas: 2");
    String old = succeeded(stage.deploy("buoy", "staging", "1")).text("digest");
    applied("buoy", "replicas: 2", "bake: 20s");
    String deployment = stage.deploy("buoy", "staging", "2");
    await()
        .atMost(PATIENCE)
        .until(() -> stage.get("/deployments/" + deployment).text("phase").equals("bake"));

    swap(instances(alpha, "buoy").getFirst(), old);

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
    applied("yawl", "replicas: 2");
    succeeded(stage.deploy("yawl", "staging", "1"));
    applied("yawl", "replicas: 2", "bake: 3s");
    String deployment = stage.deploy("yawl", "staging", "2");
    awaitStep(deployment, "bake");
    toBeta.cut();
    try {
      awaitStep(deployment, "still-serving");
    } finally {
      toBeta.mend();
    }

    Stage.Answer ended = succeeded(deployment);
    assertThat(ended.toString()).contains("the window of PT3S is over", "still-serving decides");
    assertThat(versions(beta, "yawl")).containsExactly("2");
  }

  @Test
  @DisplayName("a good release stays when one does not answer while it is measured")
  void silentWhileMeasured() throws Exception {
    applied("punt", "replicas: 2");
    succeeded(stage.deploy("punt", "staging", "1"));
    applied(
        "punt",
        "replicas: 2",
        "verification: {window: 0s, resources: {memory: 1GB, window: 3s}, logs: {at-most: 0}}");
    String deployment = stage.deploy("punt", "staging", "2");
    awaitStep(deployment, "resources");
    toBeta.cut();
    try {
      awaitStep(deployment, "logs");
      awaitStep(deployment, "serving");
    } finally {
      toBeta.mend();
    }

    Stage.Answer ended = succeeded(deployment);
    for (String suite : List.of("resources", "logs")) {
      JsonNode step = Objects.requireNonNull(stage.step(ended, suite));
      assertThat(step.path("outcome").asString()).as(step.toString()).isEqualTo("inconclusive");
      assertThat(step.path("detail").asString()).contains("the Docker Engine of host beta");
    }
    assertThat(versions(beta, "punt")).containsExactly("2");
  }

  private static void awaitStep(String deployment, String step) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              Stage.Answer now = stage.get("/deployments/" + deployment);
              assertThat(now.body().path("endedAt").isString()).as(now.toString()).isFalse();
              return now.text("step").equals(step);
            });
  }

  @Test
  @DisplayName("what exits on one is started again while the engine of the other hangs")
  void hanging() throws Exception {
    applied("raft", "replicas: 2");
    succeeded(stage.deploy("raft", "staging", "1"));
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

  /** The same name, the same labels, the same port: another image. */
  private static void swap(Container container, String image) {
    InspectContainerResponse found = alpha.client().inspectContainerCmd(container.getId()).exec();
    alpha.client().removeContainerCmd(container.getId()).withForce(true).exec();
    alpha
        .client()
        .createContainerCmd(image)
        .withName(found.getName().substring(1))
        .withLabels(Objects.requireNonNull(found.getConfig().getLabels()))
        .withEnv(Objects.requireNonNull(found.getConfig().getEnv()))
        .withExposedPorts(Objects.requireNonNull(found.getConfig().getExposedPorts()))
        .withHostConfig(found.getHostConfig())
        .exec();
    alpha.client().startContainerCmd(found.getName().substring(1)).exec();
  }

  private static void applied(String application, String... more) {
    String manifest =
        """
        application: %s
        runtime: docker
        hosts: [alpha, beta]
        artifact: {build: {context: "context-{version}"}}
        port: 8080
        health: {path: /health, interval: 100ms, stay-healthy: 200ms, within: 10s}
        strategy: {rolling: {batch: 2}}
        route: {host: "%s.{environment}.localhost"}
        drain: 2s
        environments: {staging: {}}
        """
                .formatted(application, application)
            + unlessGiven("bake: 0s", more)
            + unlessGiven("verification: {window: 0s, checks: [{path: /health}]}", more)
            + String.join("\n", more);
    Stage.Answer answer =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  private static String unlessGiven(String usual, String... lines) {
    String key = usual.substring(0, usual.indexOf(':') + 1);
    return Stream.of(lines).anyMatch(line -> line.startsWith(key)) ? "" : usual + "\n";
  }

  private static Stage.Answer succeeded(String deployment) {
    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    return ended;
  }

  private static List<Container> instances(SpareEngine engine, String application) {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of("fairlead.application", application))
        .exec();
  }

  private static List<String> versions(SpareEngine engine, String application) {
    return instances(engine, application).stream().map(one -> label(one, "version")).toList();
  }

  private static boolean is(Container container, String version) {
    return label(container, "version").equals(version);
  }

  private static String label(Container container, String name) {
    return String.valueOf(container.getLabels().get("fairlead." + name));
  }

  private static List<String> images(SpareEngine engine) {
    return engine.client().listImagesCmd().exec().stream().map(image -> image.getId()).toList();
  }

  /** The versions of the instances that the router was seen to serve from. */
  private static List<String> serving(String application) {
    return stage
        .get("/instances?application=" + application)
        .body()
        .valueStream()
        .filter(one -> one.path("traffic").asString("").equals("serving"))
        .map(one -> one.path("version").asString(""))
        .toList();
  }
}
