package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A deployer that can be killed, with a broker, PostgreSQL and an edge proxy that can be, too; and
 * many places of which each waits at a snare of its own, so that one kill meets all of them.
 */
final class KillRig implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Pattern INSTANCE = Pattern.compile("FAIRLEAD_INSTANCE=((k\\d+)-[^\0]+)\0");

  private final Path folder;
  private final MortalNeighbours neighbours;
  private final Snares snares;
  private final CopiedBackups backups;
  private final String password;
  private DeployerProcess deployer;
  private Instant readyAt = Instant.MIN;
  private int started;
  private int placed;

  KillRig(Path folder) throws IOException {
    this.folder = folder;
    neighbours = new MortalNeighbours(folder);
    snares = new Snares(Files.createDirectories(folder.resolve("snares")));
    password =
        Files.writeString(folder.resolve("password"), neighbours.postgres().password()).toString();
    Files.writeString(folder.resolve("script.sh"), KillStory.SCRIPT);
    new VersionArchive(folder, KillStory.BASE).of("good", KillStory.baseFiles());
    for (KillStory story : KillStory.values()) {
      new VersionArchive(folder, story.version()).of("good", story.files());
    }
    deployer = start();
    backups = new CopiedBackups(neighbours, snares); // the deployer makes the topics
  }

  private DeployerProcess start() throws IOException {
    Map<String, String> settings = new HashMap<>(neighbours.deployerSettings());
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
      placed++;
      KilledPlace place = new KilledPlace("k" + placed, point, neighbours, snares);
      neighbours.postgres().createDatabase(place.application());
      apply(KillStory.baseManifest(place.application(), port(), user(), password));
      bases.add(place.deploy(deployer, KillStory.BASE));
      places.add(place);
    }
    bases.forEach(base -> assertThat(ended(base).text("state")).isEqualTo("succeeded"));
    places.forEach(this::applyFull);
    return places;
  }

  private void applyFull(KilledPlace place) {
    String name = place.application();
    String snare = KilledPlace.folder(snares, name);
    apply(place.story().manifest(name, port(), user(), password, snare));
  }

  private void apply(String manifest) {
    Stage.Answer answer =
        deployer.post(
            "/applications", Map.of("directory", folder.toString(), "manifest", manifest));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  private int port() {
    return neighbours.postgres().port();
  }

  private String user() {
    return neighbours.postgres().user();
  }

  /** Begins all deployments, and returns when each waits at its snare. */
  void catchAll(List<KilledPlace> places) throws SQLException {
    for (KilledPlace place : places) {
      place.begin(deployer);
    }
    for (KilledPlace place : places) {
      await().alias(place.toString()).atMost(LONG).until(() -> isCaught(place));
    }
  }

  /** One that has ended without meeting its snare never will: better to say so at once. */
  private boolean isCaught(KilledPlace place) {
    if (place.isCaught()) {
      return true;
    }
    Stage.Answer seen = deployer.get("/deployments/" + place.deployment());
    assertThat(seen.body().path("endedAt").isString()).as(place + ": " + seen).isFalse();
    return false;
  }

  /** A deployment of which nothing is known but that it was accepted. */
  void begin(KilledPlace place) throws SQLException {
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

  /** The ids of instances of which there are processes, whoever knows of them, by application. */
  Map<String, Set<String>> rollCall() {
    Map<String, Set<String>> ids = new TreeMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              Matcher matcher = INSTANCE.matcher(environment(process));
              if (matcher.find()) {
                ids.computeIfAbsent(matcher.group(2), name -> new TreeSet<>())
                    .add(matcher.group(1));
              }
            });
    return ids;
  }

  /** Empty for processes that are not of this rig, or gone. */
  private String environment(ProcessHandle process) {
    Path self = Path.of("/proc", Long.toString(process.pid()));
    try {
      return Files.readSymbolicLink(self.resolve("cwd")).startsWith(folder.toRealPath())
          ? Files.readString(self.resolve("environ"), ISO_8859_1)
          : "";
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    deployer.close();
    backups.close();
    neighbours.close();
    List<ProcessHandle> instances =
        ProcessHandle.allProcesses()
            .filter(process -> INSTANCE.matcher(environment(process)).find())
            .toList();
    instances.forEach(ProcessHandle::destroyForcibly); // hundreds: not one after the other
    instances.forEach(instance -> Program.awaitEnd(instance, Duration.ofSeconds(10)));
  }
}
