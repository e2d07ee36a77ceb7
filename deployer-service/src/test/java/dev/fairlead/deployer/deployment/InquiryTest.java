package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.verification.Verdict;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A measurement")
class InquiryTest {

  private final ForgetfulHost runtime = new ForgetfulHost();
  private final Release release =
      Release.of(DeploymentId.random(), plan(spec(), null, true), ALICE, null, List.of(), NOON);
  private final Inquiry inquiry;
  private int tries;

  InquiryTest(@TempDir Path folder) {
    Artifacts artifacts = EmptyArtifacts.in(folder);
    inquiry =
        new Inquiry(
            new Instances(new Runtimes(runtime, Map.of()), artifacts, Secrets.ofThisProcess()),
            Duration.ofMillis(1),
            Clock.systemUTC());
  }

  @Test
  @DisplayName("is made all the same when a runtime answers the fifth time")
  void restarting() throws Exception {
    runtime.loseAt(1, false);

    StepResult result = inquiry.judge(() -> List.of(countedBackAt(5)));

    assertThat(result).isEqualTo(StepResult.succeeded("0 run"));
    assertThat(tries).isEqualTo(5);
  }

  @Test
  @DisplayName("is inconclusive, and never the release's fault, when a runtime stays silent")
  void silent() throws Exception {
    runtime.loseAt(1, false);

    StepResult result = inquiry.judge(() -> List.of(countedBackAt(6)));

    assertThat(result)
        .isEqualTo(
            new StepResult.Inconclusive(
                "not measured in 5 tries: it is away;"
                    + " see that it answers, then deploy again or vouch for the release"));
    assertThat(tries).isEqualTo(5);
  }

  @Test
  @DisplayName("is inconclusive when a runtime refuses what is asked")
  void refused() throws Exception {
    StepResult result =
        inquiry.judge(
            () -> {
              throw new RuntimeFailure("the Docker Engine refused to list: shutting down");
            });

    assertThat(result).isInstanceOf(StepResult.Inconclusive.class);
    assertThat(result.detail()).contains("shutting down");
  }

  /** How many run, as the runtime says, which is back at that try. */
  private Verdict countedBackAt(int back) throws InterruptedException {
    return inquiry.ask(
        there -> {
          tries++;
          if (tries == back) {
            runtime.comeBack();
          }
          return new Verdict.Passed(there.running(release).size() + " run");
        });
  }
}
