package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The release before is on hosts alpha and beta, the new one on alpha alone. */
@DisplayName("Instances of a deployment")
class InstanceWorkTest {

  private static final String BLUE_GREEN = "strategy: {blue-green: {}}";
  private static final Work.Stop STOP_OLD = new Work.Stop(Side.OLD, 1, 2);
  private static final Instant OVER = NOON.plusSeconds(600);

  private static Releases releases;

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final ForgetfulHost beta = new ForgetfulHost();
  private final Instances instances;
  private final Path folder;
  private Optional<String> unheard = Optional.empty();
  private int questions;

  @BeforeAll
  static void open() {
    Shared.Database fresh = Shared.freshDatabase("instances");
    DriverManagerDataSource source =
        new DriverManagerDataSource(fresh.jdbcUrl(), fresh.user(), fresh.password());
    Flyway.configure().dataSource(source).load().migrate();
    releases = new Releases(JdbcClient.create(source));
    releases.record(
        Release.of(
            FORMER,
            plan(spec("[alpha, beta]", BLUE_GREEN), null, true),
            ALICE,
            null,
            List.of(),
            NOON));
  }

  InstanceWorkTest(@TempDir Path folder) {
    this.folder = folder;
    instances =
        new Instances(
            new Runtimes(
                new ForgetfulHost(),
                Map.of(new HostName("alpha"), alpha, new HostName("beta"), beta)),
            EmptyArtifacts.in(folder),
            Secrets.ofThisProcess());
  }

  @BeforeEach
  void run() throws InterruptedException {
    Release old = releases.find(FORMER).orElseThrow();
    instances.start(old, old.instances(), 1);
  }

  @Test
  @DisplayName("of the release before are left on a host that does not answer")
  void silentHost() throws Exception {
    beta.loseAt(1, false);

    StepResult result = work(OVER).stop(deployment(BLUE_GREEN), STOP_OLD, false, 2);

    assertThat(result)
        .isEqualTo(
            StepResult.succeeded(
                "1 instance of 2 stopped; it is away: what is there follows when it is back"));
    assertThat(alpha.truth()).isEmpty();
  }

  @Test
  @DisplayName("of the release before are all stopped where two must never run at once")
  void exclusive() throws Exception {
    beta.loseFor(1);

    work(OVER).stop(deployment("strategy: {recreate: {}}"), STOP_OLD, false, 2);

    assertThat(beta.truth()).isEmpty();
  }

  @Test
  @DisplayName("are watched to the end of the window, and then until all is heard of it")
  void heard() throws Exception {
    Deployment deployment = running();

    assertThat(work(OVER.minusMillis(1)).bake(deployment, NOON))
        .isEqualTo(new StepResult.Unfinished("nothing unusual so far"));
    assertThat(questions).isZero();
    assertThat(work(OVER).bake(deployment, NOON))
        .isEqualTo(StepResult.succeeded("nothing unusual for PT10M"));
    assertThat(questions).isOne();
  }

  @Test
  @DisplayName("are in doubt where nobody can say what was told of them in the window")
  void unheard() throws Exception {
    unheard = Optional.of("3 fact(s) of fairlead.health not handled");

    StepResult result = work(OVER).bake(running(), NOON);

    assertThat(result).isInstanceOf(StepResult.Inconclusive.class);
    assertThat(result.detail())
        .isEqualTo(
            "the window of PT10M is over, and what health-service told in it is not known after PT5M more: 3 fact(s) of fairlead.health not handled");
  }

  private Deployment running() throws InterruptedException {
    Deployment deployment = deployment(BLUE_GREEN);
    Release next = new Sides(releases, at(NOON)).of(deployment, Side.NEW);
    instances.start(next, next.instances(), 1);
    return deployment;
  }

  private static Deployment deployment(String strategy) {
    return Deployment.requested(request())
        .on(new Fact.Planned(plan(spec("[alpha]", strategy), 2, true)), NOON)
        .next();
  }

  private InstanceWork work(Instant now) {
    return new InstanceWork(
        instances, new Sides(releases, at(now)), this::awaitHeard, folder, at(now));
  }

  private Optional<String> awaitHeard(Duration patience) {
    questions++;
    return unheard;
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static EnvironmentSpec spec(String hosts, String strategy) {
    return Manifest.read(
            """
            application: orders
            runtime: docker
            hosts: %s
            artifact: {image: "orders:{version}"}
            route: {host: orders.localhost}
            replicas: 2
            bake: 10m
            %s
            environments: {staging: {}}
            """
                .formatted(hosts, strategy),
            Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }
}
