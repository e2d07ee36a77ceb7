package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.journey.Snares.Moment;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real engine, beside others that stay, by a deployer that can be killed. */
@DisplayName("An application in containers that is taken away")
@InSecondLane
class ContainerRemovalTest {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String STAYS = "k1";

  /** Of the first words the client learns that it is in flight. */
  private static final String SLOW =
      """
      #!/bin/busybox sh
      printf 'Content-Type: text/plain\\r\\n\\r\\nbegun\\n'
      /bin/busybox sleep 4
      echo done
      """;

  private static final String MANIFEST =
      """
      application: %1$s
      replicas: 2
      health: {interval: 50ms, stay-healthy: 100ms, within: 2m}
      route: {host: %1$s.localhost}
      drain: 30s
      bake: 0s
      verification: {window: 0s, minimum-requests: 1}
      environments: {staging: {}}
      """;

  private static Path folder;
  private static MortalNeighbours neighbours;
  private static Snares snares;
  private static ContainerGround ground;
  private static DeployerProcess deployer;
  private static int started;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    Neighbours.require("busybox", "docker");
    folder = temporary;
    snares = new Snares(Files.createDirectories(folder.resolve("snares")));
    ground = new ContainerGround(folder, snares);
    neighbours = new MortalNeighbours(folder);
    ground.write(
        KillStory.BASE, Map.of("index.html", "here", "health", "up", "cgi-bin/slow", SLOW));
    Files.setPosixFilePermissions(
        ground.directory(KillStory.BASE).resolve("context/www/cgi-bin/slow"),
        PosixFilePermissions.fromString("rwxr-xr-x"));
    deployer = start();
    deployed(STAYS);
  }

  private static DeployerProcess start() throws Exception {
    Map<String, String> settings = new HashMap<>(neighbours.deployerSettings());
    settings.putAll(ground.settings());
    settings.put(SnaredDeployer.FOLDER, snares.folder().toString());
    settings.put("FAIRLEAD_DEPLOYER_ARTIFACTGRACE", "100ms"); // one is deployed after the other
    started++;
    return new DeployerProcess(SnaredDeployer.class, "deployer-" + started, folder, settings)
        .ready();
  }

  @AfterAll
  static void stop() {
    if (deployer != null) {
      deployer.close();
    }
    if (neighbours != null) {
      neighbours.close();
    }
    if (ground != null) {
      ground.close();
    }
  }

  @Test
  @DisplayName("answers what is in flight, and leaves nothing on the host but logs and fences")
  void removed() throws Exception {
    deployed("k2");
    Set<String> others = ground.rollCall().get(STAYS);
    assertThat(others).hasSize(2);
    try (Guest guest = new Guest(neighbours.traffic(), STAYS);
        BufferedReader slow = slowVisit("k2")) {
      assertThat(slow.readLine()).isEqualTo("begun");
      Stage.Answer ended = ended(removal("k2"));

      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
      assertThat(slow.readLine()).as("in flight when the removal began").isEqualTo("done");
      requireGone("k2");
      assertThat(ground.rollCall()).containsOnlyKeys(STAYS).containsEntry(STAYS, others);
      await().until(() -> guest.answered() > 5);
      assertThat(guest.lost()).isEmpty();
    }
  }

  @Test
  @DisplayName("is gone also when the deployer is killed on the way, wherever it was")
  void killed() throws Exception {
    deployed("k3");
    deployed("k4");
    Set<String> others = ground.rollCall().get(STAYS);
    List<Trap> traps =
        List.of(
            ground.engine().hold("k3", "DELETE containers", 1),
            snares.at("k4", "remove-route", Moment.IN));
    traps.forEach(Trap::lay);
    List<String> removals = List.of(removal("k3"), removal("k4"));
    await().atMost(LONG).until(() -> traps.stream().allMatch(Trap::hasCaught));

    deployer.kill();
    traps.forEach(Trap::takeAway);
    deployer = start();

    for (String removal : removals) {
      Stage.Answer ended = ended(removal);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    }
    requireGone("k3");
    requireGone("k4");
    assertThat(ground.rollCall()).containsOnlyKeys(STAYS).containsEntry(STAYS, others);
    assertThat(visited(STAYS).body()).isEqualTo("here");
  }

  private static void deployed(String application) {
    Stage.Answer applied =
        deployer.post(
            "/applications",
            Map.of(
                "directory",
                ground.directory(KillStory.BASE).toString(),
                "manifest",
                ground.program(application) + MANIFEST.formatted(application)));
    assertThat(applied.status()).as(applied.toString()).isLessThan(300);
    Stage.Answer begun =
        deployer.post(
            "/deployments",
            Map.of("application", application, "environment", "staging", "version", "1"));
    Stage.Answer ended = ended(begun.text("deployment"));
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
  }

  private static String removal(String application) {
    Stage.Answer begun =
        deployer.post("/removals", Map.of("application", application, "environment", "staging"));
    assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
    return begun.text("deployment");
  }

  private static Stage.Answer ended(String deployment) {
    return await()
        .alias(deployment)
        .atMost(LONG)
        .until(
            () -> deployer.get("/deployments/" + deployment),
            answer -> answer.body().path("endedAt").isString());
  }

  private static void requireGone(String application) throws Exception {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> ground.assertGone(application));
    assertThat(visited(application).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> visited(String application) throws Exception {
    return client().send(request(application, "/"), HttpResponse.BodyHandlers.ofString());
  }

  private static BufferedReader slowVisit(String application) throws Exception {
    HttpRequest slow = request(application, "/cgi-bin/slow");
    return new BufferedReader(
        new InputStreamReader(
            client().send(slow, HttpResponse.BodyHandlers.ofInputStream()).body(),
            StandardCharsets.UTF_8));
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static HttpRequest request(String application, String path) {
    return HttpRequest.newBuilder(neighbours.traffic().resolve(path))
        .header("Host", application + ".localhost")
        .timeout(Duration.ofSeconds(60))
        .build();
  }
}
