package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.verification.Verdict;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What speaks against a release")
class DisturbedMeasurementTest {

  private static final HostName ALPHA = new HostName("alpha");
  private static final HostName BETA = new HostName("beta");

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final ForgetfulHost beta = new ForgetfulHost();
  private final Release release =
      Release.of(DeploymentId.random(), plan(twoHosts(), null, true), ALICE, null, List.of(), NOON);
  private final List<String> measured = new ArrayList<>();
  private final Inquiry inquiry;

  DisturbedMeasurementTest(@TempDir Path folder) {
    ImageStock images = new ImageStock(new Engines(List.of()));
    Artifacts artifacts =
        new Artifacts(
            new Archives(folder),
            images,
            new Builds(
                images, new BuildContexts(folder), new BuildLogs(folder), Clock.systemUTC()));
    Runtimes runtimes = new Runtimes(new ForgetfulHost(), Map.of(ALPHA, alpha, BETA, beta));
    inquiry =
        new Inquiry(
            new Instances(runtimes, artifacts, Secrets.ofThisProcess()), Duration.ofMillis(1));
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
            route: {host: orders.localhost}
            databases: {main: {name: orders, username: orders, migrations: migrations}}
            environments: {staging: {}}
            """,
            Map.<String, String>of()::get)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  @Test
  @DisplayName("counts when every host answered all the while")
  void undisturbed() throws Exception {
    StepResult result = inquiry.judge(release, () -> failed("it answers 500"));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("does not count when a host is silent and stays so: nothing was measured")
  void silent() throws Exception {
    beta.loseAt(1, false);

    StepResult result = inquiry.judge(release, () -> failed("connection refused"));

    assertThat(result).isInstanceOf(StepResult.Inconclusive.class);
    assertThat(result.detail())
        .startsWith("not measured undisturbed: it is away; meanwhile connection refused")
        .endsWith("see that it answers, then deploy again or vouch for the release");
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("is what it passes with, when a host was silent and it passes")
  void passed() throws Exception {
    beta.loseAt(1, false);

    StepResult result =
        inquiry.judge(release, () -> List.of(new Verdict.Passed("4 of 4 answered")));

    assertThat(result).isEqualTo(StepResult.succeeded("4 of 4 answered"));
  }

  @Test
  @DisplayName("is read from the logs of the hosts that answer; of one that does not none is read")
  void logs() throws Exception {
    beta.loseAt(1, false);

    ReadLogs read = ReadLogs.of(inquiry, release);

    assertThat(read.unread())
        .containsOnlyKeys(release.instances().stream().map(id -> id.value()).toArray(String[]::new))
        .containsEntry(release.instance(1).value(), "it is gone")
        .containsEntry(release.instance(2).value(), "it is away")
        .containsEntry(release.instance(4).value(), "it is away");
    assertThat(beta.questions())
        .as("whether it is there: once per try, however many instances, and once for the other")
        .isEqualTo(Inquiry.ATTEMPTS + 1);
  }

  private List<Verdict> failed(String evidence) {
    measured.add(evidence);
    return Stream.of(evidence).<Verdict>map(Verdict.Failed::new).toList();
  }
}
