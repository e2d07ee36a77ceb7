package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.DeployerDatabase;
import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.SampleEdge;
import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.ConfiguredRouter;
import dev.fairlead.deployer.router.EdgeRouter;
import dev.fairlead.deployer.router.traefik.Traefik;
import dev.fairlead.deployer.router.traefik.TraefikSettings;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.PortRange;
import dev.fairlead.deployer.runtime.ProcessRuntime;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.events.AlertEvent.OnCallChanged;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/** The deployer's own gates on a real database, edge proxy, engine and store of archives. */
final class GateWorld implements AutoCloseable {

  private static final String TOKEN = "token-of-the-gates";
  private static final HostName SILENT = new HostName("beta");
  private static final Set<Place> CRAMPED = new HashSet<>();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static final JdbcClient DATABASE = database();

  private final EdgeProxy edge;
  private final Path folder;
  private final Artifacts artifacts;
  private final Engines engines;
  private final ArtifactDigest archive;

  private static JdbcClient database() {
    JdbcClient database = JdbcClient.create(DeployerDatabase.fresh("gates"));
    database
        .sql(
            """
            insert into deployment
              (id, application, environment, version, state, active, ended, document, requested_at)
            values (?, 'gone', 'staging', '1', 'rollback-failed', false, true, '{}', now())
            """)
        .param(Samples.FORMER.value())
        .update();
    return database;
  }

  GateWorld(Path folder) throws IOException {
    this.folder = folder;
    edge = SampleEdge.start(folder, TOKEN);
    engines = new Engines(List.of(engineElsewhere(folder)));
    ImageStock images = new ImageStock(engines);
    Archives archives = new Archives(folder.resolve("archives"));
    artifacts =
        new Artifacts(
            archives,
            images,
            new Builds(
                images,
                new BuildContexts(folder.resolve("contexts")),
                new BuildLogs(folder.resolve("logs")),
                Clock.systemUTC()));
    archive = archives.resolve(zip(folder.resolve("app.zip"))).digest();
    Decisions decisions = new Decisions(DATABASE);
    decisions.remember(decision(GateScene.ACCEPTED, DecisionStatus.ACCEPTED));
    decisions.remember(decision(new DecisionId("ADR-0002"), DecisionStatus.SUPERSEDED));
    new Duty(DATABASE)
        .remember(new OnCallChanged(GateScene.TEAM, List.of("nina"), null), Samples.NOON);
  }

  /** The one of this machine, as if it were another's: it does not tell of its disk. */
  private static Engine engineElsewhere(Path folder) {
    BusyboxImages.engine();
    URI socket =
        URI.create(System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock"));
    return DockerEngine.unguarded(
        new HostName("alpha"), socket, folder, new Engine.Door("127.0.0.2", "127.0.0.2", false));
  }

  private static Path zip(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("version"));
    }
    return file;
  }

  private static DecisionState decision(DecisionId id, DecisionStatus status) {
    return new DecisionState(
        id, "Use it", status, LocalDate.of(2026, 11, 1), null, null, List.of());
  }

  /** In a place of its own. */
  GateScene scene() {
    Place place = Place.of("gated-" + NUMBER.incrementAndGet(), "staging");
    DATABASE
        .sql("insert into place (application, environment) values (?, ?)")
        .params(place.application().value(), place.environment().value())
        .update();
    return new GateScene(place, archive);
  }

  GateReport report(Candidate candidate) throws InterruptedException {
    boolean full = CRAMPED.contains(candidate.request().place());
    return gates(full ? DataSize.ofTerabytes(1_000_000) : DataSize.ofMegabytes(1))
        .report(candidate);
  }

  void waive(Candidate candidate, Waiver waiver) {
    new Waivers(DATABASE).give(candidate.request().id(), waiver);
  }

  private Gates gates(DataSize leastFree) {
    EdgeRouter proxy =
        new EdgeRouter(
            URI.create("http://127.0.0.1:" + edge.adminPort()), () -> TOKEN, Duration.ZERO);
    Traefik traefik =
        new Traefik(
            new TraefikSettings(
                folder.resolve("traefik.yaml"), URI.create("http://127.0.0.1:1"), Duration.ZERO));
    return new GateConfiguration()
        .gates(
            new Runtimes(
                new ProcessRuntime(
                    folder.resolve("processes"), PortRange.DEFAULT, Clock.systemUTC()),
                Map.of(SILENT, silentHost())),
            engines,
            new Routers(
                Map.of(
                    RouterKind.EDGE,
                    proxy,
                    RouterKind.TRAEFIK,
                    new ConfiguredRouter(traefik, folder.resolve("traefik")))),
            artifacts,
            Secrets.ofThisProcess(),
            new Decisions(DATABASE),
            new Incidents(DATABASE),
            new Duty(DATABASE),
            new Releases(DATABASE),
            new Waivers(DATABASE),
            settings(leastFree),
            Clock.systemUTC());
  }

  private static Runtime silentHost() {
    ForgetfulHost host = new ForgetfulHost();
    host.loseAt(1, false);
    return host;
  }

  private DeployerSettings settings(DataSize leastFree) {
    return new DeployerSettings(
        folder,
        leastFree,
        Duration.ofSeconds(5),
        URI.create("unix:///var/run/docker.sock"),
        Map.of(),
        Duration.ofHours(1),
        Duration.ofDays(400),
        Duration.ofSeconds(5),
        DataSize.ofMegabytes(50),
        new DeployerSettings.Ports(20_000, 29_999),
        new DeployerSettings.Edge(
            URI.create("http://127.0.0.1:1"),
            URI.create("http://127.0.0.1:1"),
            null,
            Duration.ZERO),
        new DeployerSettings.Webhooks(60, 30, Duration.ofSeconds(10)),
        new DeployerSettings.Manifests(List.of(), List.of(), List.of()),
        null,
        null,
        null);
  }

  static void incident(Place place) {
    new Incidents(DATABASE)
        .began(
            place,
            new HealthDegraded(
                new IncidentId(UUID.randomUUID()),
                new TargetId(place + "/http"),
                place.application(),
                place.environment(),
                ProbeKind.HTTP,
                Severity.CRITICAL,
                3,
                120,
                Samples.NOON,
                "answers 500"));
  }

  /** What serves has instances on that host: beta never answers, and others are not known. */
  static void formerlyOn(GateScene scene, String host) {
    EnvironmentSpec spec =
        Manifest.read(
                """
                application: %s
                runtime: docker
                hosts: [%s]
                artifact: {image: "gates:{version}"}
                route: {host: gates.localhost}
                environments: {staging: {}}
                """
                    .formatted(scene.place().application(), host),
                Samples.HOST)
            .environment(scene.place().environment())
            .orElseThrow();
    Release former =
        Release.of(
            DeploymentId.random(),
            Samples.plan(spec, null, true),
            Samples.ALICE,
            null,
            List.of(),
            Samples.NOON);
    new Releases(DATABASE).record(former);
    scene.replacing(former.id());
  }

  static void leftUnrestored(Place place) {
    new Releases(DATABASE).leftUnrestored(place, Samples.FORMER);
  }

  /** There more room is required than there is on any disk. */
  static void fullDisk(Place place) {
    CRAMPED.add(place);
  }

  @Override
  public void close() {
    edge.close();
  }
}
