package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.verification.LogVerification;
import dev.fairlead.deployer.verification.Verdict;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.service.secret.Secrets;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances 1 and 3 are on host alpha, 2 and 4 on beta. */
@DisplayName("What speaks against a release")
class DisturbedMeasurementTest {

  private static final HostName ALPHA = new HostName("alpha");
  private static final HostName BETA = new HostName("beta");
  private static final Instant FAR = NOON.plus(Duration.ofDays(1));

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final ForgetfulHost beta = new ForgetfulHost();
  private final Release release =
      Release.of(DeploymentId.random(), plan(twoHosts(), null, true), ALICE, null, List.of(), NOON);
  private final List<String> measured = new ArrayList<>();
  private final AtomicLong seconds = new AtomicLong();
  private final Inquiry inquiry;
  private HttpServer server;
  private int health = 200;

  DisturbedMeasurementTest(@TempDir Path folder) throws Exception {
    ImageStock images = new ImageStock(new Engines(List.of()));
    Artifacts artifacts =
        new Artifacts(
            new Archives(folder),
            images,
            new Builds(
                images, new BuildContexts(folder), new BuildLogs(folder), Clock.systemUTC()));
    Runtimes runtimes = new Runtimes(new ForgetfulHost(), Map.of(ALPHA, alpha, BETA, beta));
    // each look at the clock takes a second
    InstantSource source = () -> NOON.plusSeconds(seconds.incrementAndGet());
    inquiry =
        new Inquiry(
            new Instances(runtimes, artifacts, Secrets.ofThisProcess()),
            Duration.ofMillis(1),
            source.withZone(ZoneOffset.UTC));
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
  }

  private static EnvironmentSpec twoHosts() {
    return Manifest.read(
            """
            application: orders
            runtime: docker
            hosts: [alpha, beta]
            replicas: 4
            artifact: {image: "orders:{version}"}
            port: 8080
            health: {path: /health, interval: 50ms, timeout: 2s, stay-healthy: 0s, within: 1s}
            route: {host: orders.localhost}
            databases: {main: {name: orders, username: orders, migrations: migrations}}
            environments: {staging: {}}
            """,
            Map.<String, String>of()::get)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  @BeforeEach
  void run() {
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(health, -1);
          exchange.close();
        });
    server.start();
    started(alpha, NOON, 0);
    started(beta, NOON, 0);
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  @Test
  @DisplayName("counts when every host answered all the while")
  void undisturbed() throws Exception {
    StepResult result = judge(() -> failed("it answers 500"));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when a host was silent for a while, and the instances ran on")
  void silentForAWhile() throws Exception {
    beta.loseAt(1, false);

    StepResult result =
        judge(
            () -> {
              beta.comeBack();
              return failed("it answers 500");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when a host is silent to the end: nobody has seen that its engine did it")
  void silentToTheEnd() throws Exception {
    StepResult result =
        judge(
            () -> {
              beta.loseAt(1, false);
              return failed("12 % of the requests failed");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).isEqualTo("12 % of the requests failed");
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when an instance crashed, also if the engine of another host was restarted")
  void crashed() throws Exception {
    StepResult result =
        judge(
            () -> {
              started(alpha, NOON.plusSeconds(1), 1);
              started(beta, NOON.plusSeconds(1), 0);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("is measured again when an engine has started the instances, and then it counts")
  void restarted() throws Exception {
    StepResult passed =
        judge(
            () -> {
              started(beta, NOON.plusSeconds(1), 0);
              return measured.isEmpty() ? failed("connection refused") : passed();
            });
    assertThat(passed).isEqualTo(StepResult.succeeded("4 of 4 answered"));

    measured.clear();
    StepResult failed =
        judge(
            () -> {
              started(beta, NOON.plusSeconds(2), 0);
              return failed("it answers 500");
            });
    assertThat(failed).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).as("the second time nothing disturbed it").hasSize(2);
  }

  @Test
  @DisplayName("is measured again when an engine begins to count the starts anew")
  void countsAnew() throws Exception {
    started(beta, NOON, 3);

    StepResult result =
        judge(
            () -> {
              started(beta, NOON.plusSeconds(1), 0);
              return measured.isEmpty() ? failed("connection refused") : passed();
            });

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
  }

  @Test
  @DisplayName("is awaited while an engine is away, and measured again once it is back")
  void back() throws Exception {
    StepResult result =
        judge(
            () -> {
              if (!measured.isEmpty()) {
                return passed();
              }
              instance(2, beta, new Instance.State.Exited("exit code 0"), NOON, 0);
              Thread.startVirtualThread(() -> awaitQuestionsThenStart());
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
  }

  @Test
  @DisplayName("is measured once an engine is back that was away when the measurement was to begin")
  void backBefore() throws Exception {
    int back = beta.questions() + 10;
    beta.loseFor(10);

    StepResult result =
        judge(() -> beta.questions() > back ? passed() : failed("connection refused"));

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
    assertThat(measured).isEmpty();
  }

  private void awaitQuestionsThenStart() {
    int seen = beta.questions();
    while (beta.questions() < seen + 3) {
      Thread.onSpinWait();
    }
    started(beta, NOON.plusSeconds(9), 0);
  }

  @Test
  @DisplayName("counts after the third time, however often an engine is restarted")
  void again() throws Exception {
    StepResult result =
        judge(
            () -> {
              started(beta, NOON.plusSeconds(1 + measured.size()), 0);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(Inquiry.MEASUREMENTS);
  }

  @Test
  @DisplayName("counts when the instances do not come back well")
  void sick() throws Exception {
    StepResult result =
        judge(
            () -> {
              started(beta, NOON.plusSeconds(1), 0);
              health = 500;
              return List.of(new Verdict.Inconclusive("too few answers"));
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).startsWith("too few answers; then not healthy: ");
  }

  @Test
  @DisplayName("counts when there is no time to measure again before the deadline")
  void late() throws Exception {
    StepResult result =
        inquiry.judge(
            release,
            NOON.plusSeconds(400),
            () -> {
              started(beta, NOON.plusSeconds(1), 0);
              seconds.addAndGet(250);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("is that an instance does not run, where its engine says so")
  void missing() throws Exception {
    instance(4, beta, new Instance.State.Exited("exit code 1"), NOON, 0);

    StepResult result =
        judge(() -> List.of(new Verdict.Passed("asked " + inquiry.addresses(release))));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).isEqualTo("3 of 4 instances run");
  }

  @Test
  @DisplayName("is read from the logs of the hosts that answer; of one that does not none is read")
  void logs() throws Exception {
    beta.loseAt(1, false);

    ReadLogs read = ReadLogs.of(inquiry, release);

    assertThat(read.logs()).containsOnlyKeys(name(1), name(3));
    assertThat(read.unread())
        .containsOnly(Map.entry(name(2), "it is away"), Map.entry(name(4), "it is away"));
    assertThat(beta.questions())
        .as("whether it is there: once per try, however many instances")
        .isEqualTo(Inquiry.ATTEMPTS);
  }

  @Test
  @DisplayName("is read from one log, also where another one of the same host cannot be read")
  void oneLog() throws Exception {
    beta.hides(release.instance(2));
    beta.wrote(release.instance(4), "ERROR no such table");

    ReadLogs read = ReadLogs.of(inquiry, release);

    assertThat(read.unread()).containsOnlyKeys(name(2));
    assertThat(LogVerification.verify(new LogScan("ERROR", 0), read.logs(), read.unread()))
        .isInstanceOf(Verdict.Failed.class);
  }

  private String name(int number) {
    return release.instance(number).value();
  }

  private StepResult judge(Inquiry.Measurement measurement) throws InterruptedException {
    return inquiry.judge(release, FAR, measurement);
  }

  private List<Verdict> failed(String evidence) {
    measured.add(evidence);
    return List.of(new Verdict.Failed(evidence));
  }

  private static List<Verdict> passed() {
    return List.of(new Verdict.Passed("4 of 4 answered"));
  }

  private void started(ForgetfulHost host, Instant at, int restarts) {
    int first = host.equals(alpha) ? 1 : 2;
    instance(first, host, new Instance.State.Running(), at, restarts);
    instance(first + 2, host, new Instance.State.Running(), at, restarts);
  }

  private void instance(
      int number, ForgetfulHost host, Instance.State state, Instant at, int restarts) {
    host.shows(
        new Instance(
            release.instance(number),
            release.place(),
            release.id(),
            release.version(),
            release.digest(),
            state,
            Optional.of(new Address("127.0.0.1", server.getAddress().getPort())),
            Optional.of(at),
            restarts,
            Optional.empty()));
  }
}
