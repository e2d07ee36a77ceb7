package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.fleet.Withdrawal;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A removal, where no release ever served,")
class RemovalWorkTest {

  private final ForgetfulHost beta = new ForgetfulHost();
  private final RemovalWork work =
      new RemovalWork(
          new Withdrawal(
              new Routers(Map.of()),
              new Runtimes(new ForgetfulHost(), Map.of(new HostName("beta"), beta))));

  @Test
  @DisplayName("says that nothing is left only if every host was asked")
  void silentHost() throws Exception {
    assertThat(work.clear(removal(), 1))
        .isEqualTo(StepResult.succeeded("0 instance(s) stopped; none is left"));

    beta.loseFor(1);
    assertThat(work.clear(removal(), 1))
        .isEqualTo(
            StepResult.succeeded(
                "0 instance(s) stopped; it is away: what may be there is stopped when it is back"));
  }

  @Test
  @DisplayName("finds nothing to do at a router that has no route of it")
  void noRoute() throws Exception {
    assertThat(work.removeRoute(removal(), RouterKind.EDGE, 1))
        .isEqualTo(new StepResult.Needless("edge has no route of it"));
  }

  private static Deployment removal() {
    Version failed = new Version("1");
    Plan plan =
        Plan.toRemove(
            spec(),
            failed,
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            null,
            List.of(RouterKind.EDGE));
    return Deployment.requested(
            Request.toRemove(DEPLOYMENT, request().place(), failed, "no more", ALICE, NOON))
        .on(new Fact.Planned(plan), NOON)
        .next();
  }
}
