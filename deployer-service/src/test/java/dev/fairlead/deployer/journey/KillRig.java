package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A deployer that can be killed, with a broker, PostgreSQL and an edge proxy that can be, too; and
 * many places of which each waits at a snare of its own, so that one kill meets all of them.
 */
final class KillRig implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration AFTER_THE_END = Duration.ofSeconds(10);

  /** Longer than a step of these stories takes on a busy machine. */
  private static final Duration STANDSTILL = Duration.ofSeconds(20);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Path folder;
  private final MortalNeighbours neighbours;
  private final Snares snares;
  private final KillGround ground;
  private final CopiedBackups backups;
  private final String password;
  private DeployerProcess deployer;
  private Instant readyAt = Instant.MIN;
  private int started;
  private int placed;

  /** What an application runs on, which may be caught in it. */
  @FunctionalInterface
  interface Laying {
    KillGround ground(Path folder, Snares snares) throws IOException;
  }

  KillRig(Path folder, Laying laying) throws IOException {
    this.folder = folder;
    snares = new Snares(Files.createDirectories(folder.resolve("snares")));
    ground = laying.ground(folder, snares);
    neighbours = new MortalNeighbours(folder);
    password =
        Files.writeString(folder.resolve("password"), neighbours.postgres().password()).toString();
    ground.write(KillStory.BASE, KillStory.baseFiles());
    for (KillStory story : KillStory.values()) {
      ground.write(story.version(), story.files());
    }
    deployer = start();
    backups = new CopiedBackups(neighbours, snares); // the deployer makes the topics
  }

  private DeployerProcess start() throws IOException {
    Map<String, String> settings = new HashMap<>(neighbours.deployerSettings());
    settings.putAll(ground.settings());
    settings.put(SnaredDeployer.FOLDER, snares.folder().toString());
    settings.put("FAIRLEAD_DEPLOYER_MIGRATIONLOCKTIMEOUT", "10m"); // as long as a snare may last
    settings.put("FAIRLEAD_DEPLOYER_EDGE_PATIENCE", "5m"); // a busy machine is slow to start it
    started++;
    return new DeployerProcess(SnaredDeployer.class, "deployer-" + started, folder, settings)
        .ready();
  }

  MortalNeighbours neighbours() {
    return neighbours;
  }

  int restores(KilledPlace place) {
    return backups.restores(place.application());
  }

  /** A place for each point, in which the base version serves. */
  List<KilledPlace> prepare(Collection<KillPoint> points) {
    List<KilledPlace> places = new ArrayList<>();
    List<String> bases = new ArrayList<>();
    for (KillPoint point : points) {
      KilledPlace place = place(point);
      if (!point.story().first()) {
        apply(KillStory.BASE, KillStory.baseManifest(lean(place)));
        bases.add(place.deploy(deployer, KillStory.BASE));
      }
      places.add(place);
    }
    for (String base : bases) {
      Stage.Answer ended = ended(base);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    }
    places.forEach(this::applyFull);
    return places;
  }

  private KilledPlace place(KillPoint point) {
    placed++;
    String application = "k" + placed;
    neighbours.postgres().createDatabase(application);
    Trap trap =
        point.inMigration()
            ? new LockedMigration(neighbours.postgres(), application)
            : ground.trap(application, point);
    return new KilledPlace(application, point, neighbours, trap);
  }

  private void applyFull(KilledPlace place) {
    Path snare = snares.folderOf(place.application());
    apply(place.story().version(), place.story().manifest(lean(place), snare));
  }

  private String lean(KilledPlace place) {
    return ground.program(place.application())
        + KillStory.lean(
            place.application(),
            neighbours.postgres().port(),
            neighbours.postgres().user(),
            password);
  }

  private void apply(String version, String manifest) {
    Stage.Answer answer =
        deployer.post(
            "/applications",
            Map.of("directory", ground.directory(version).toString(), "manifest", manifest));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  /** Begins all deployments, and returns when each waits at its snare. */
  void catchAll(List<KilledPlace> places) {
    for (KilledPlace place : places) {
      place.begin(deployer);
    }
    for (KilledPlace place : places) {
      await().alias(place.toString()).atMost(LONG).until(() -> isCaught(place));
    }
  }

  /**
   * The same where one that waits may be in another's way, such as by a lock that names share:
   * those who are not caught when nothing moves any more are killed where they are.
   */
  void catchWhoComes(List<KilledPlace> places) {
    for (KilledPlace place : places) {
      place.begin(deployer);
    }
    String seen = "";
    Instant since = Instant.now();
    while (!places.stream().allMatch(KilledPlace::isCaught)
        && since.plus(STANDSTILL).isAfter(Instant.now())) {
      String now = places.stream().map(this::whereabouts).collect(Collectors.joining(" "));
      since = now.equals(seen) ? since : Instant.now();
      seen = now;
      LockSupport.parkNanos(LOOK.toNanos());
    }
    places.stream()
        .filter(place -> !place.isCaught())
        .forEach(place -> System.out.println("not caught " + place + ": " + whereabouts(place)));
  }

  private String whereabouts(KilledPlace place) {
    if (place.isCaught()) {
      return "caught";
    }
    Stage.Answer seen = deployer.get("/deployments/" + place.deployment());
    return seen.text("state") + "/" + seen.text("step");
  }

  /** One that has ended without meeting its snare never will: better to say so soon. */
  private boolean isCaught(KilledPlace place) {
    if (place.isCaught()) {
      return true;
    }
    Stage.Answer seen = deployer.get("/deployments/" + place.deployment());
    if (seen.body().path("endedAt").isString()) {
      // what is done after the end may be where it is to be caught
      await().alias(place + ": " + seen).atMost(AFTER_THE_END).until(place::isCaught);
    }
    return place.isCaught();
  }

  /** A deployment of which nothing is known but that it was accepted. */
  void begin(KilledPlace place) {
    place.begin(deployer);
  }

  /** SIGKILL, while all of them wait; what waits elsewhere goes on before it is back. */
  void crashDeployer(List<KilledPlace> places) throws IOException {
    deployer.kill();
    places.forEach(KilledPlace::letGo);
    long begun = System.nanoTime();
    deployer = start();
    readyAt = Instant.now();
    System.out.printf(
        "deployer ready again after %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  /** From the deployer's readiness after its last crash to its first word about the deployment. */
  Duration resumedAfter(KilledPlace place) throws IOException {
    Instant first = deployer.firstLineAbout(place.deployment()).orElseThrow();
    return first.isBefore(readyAt) ? Duration.ZERO : Duration.between(readyAt, first);
  }

  Stage.Answer ended(KilledPlace place) {
    return ended(place.deployment());
  }

  private Stage.Answer ended(String deployment) {
    return await()
        .alias(deployment)
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () -> deployer.get("/deployments/" + deployment),
            answer -> answer.body().path("endedAt").isString());
  }

  List<JsonNode> instances(KilledPlace place) {
    String path = "/instances?environment=staging&application=" + place.application();
    return StreamSupport.stream(deployer.get(path).body().spliterator(), false).toList();
  }

  Map<String, List<String>> told() {
    return Told.all(neighbours.bootstrapServers());
  }

  /** The ids of instances that are really there, whoever knows of them. */
  Set<String> present(KilledPlace place) {
    return ground.rollCall().getOrDefault(place.application(), Set.of());
  }

  KillGround ground() {
    return ground;
  }

  @Override
  public void close() {
    deployer.close();
    backups.close();
    neighbours.close();
    ground.close();
  }
}
