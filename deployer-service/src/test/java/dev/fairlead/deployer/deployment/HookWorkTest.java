package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.hook.Hooks;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Each of these would hang for an hour by its own limit. */
@DisplayName("A hook that hangs")
class HookWorkTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LEFT = Duration.ofMillis(300);

  @TempDir private Path folder;

  @Test
  @DisplayName("is ended when the deadline of the deployment has come")
  void deadline() {
    StepResult result = run(running("after: rollout"), Duration.ZERO);

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).isEqualTo("hook stuck failed (did not end within PT0.3S): begun");
  }

  @Test
  @DisplayName("is ended by then also before the release bakes, which has no deadline itself")
  void beforeBake() {
    assertThat(run(running("before: bake"), Duration.ZERO)).isInstanceOf(StepResult.Failed.class);
  }

  @Test
  @DisplayName("costs no release that has baked, unless it has to succeed")
  void afterBake() {
    StepResult lenient = run(running("after: bake, grade: should"), spec().bake());
    assertThat(lenient).isInstanceOf(StepResult.Succeeded.class);
    assertThat(lenient.detail()).endsWith("its grade is should, so it goes on");

    assertThat(run(running("after: bake"), spec().bake())).isInstanceOf(StepResult.Failed.class);
  }

  private StepResult run(Deployment deployment, Duration afterDeadline) {
    Instant now = deployment.deadline().plus(afterDeadline).minus(LEFT);
    HookWork work =
        new HookWork(
            new ManifestFolders(
                new Applications(JdbcClient.create(new DriverManagerDataSource("nobody:asks")))),
            new Hooks(folder.resolve("kept"), Secrets.ofThisProcess()),
            Clock.fixed(now, ZoneOffset.UTC));
    return assertTimeoutPreemptively(SOON, () -> work.run(deployment, "stuck"));
  }

  private Deployment running(String when) {
    EnvironmentSpec spec =
        spec(
            "hooks: [{name: stuck, %s, timeout: 1h, command: [sh, -c, 'echo begun; sleep 987654']}]"
                .formatted(when));
    Plan plan =
        Plan.of(
            request(),
            spec,
            "orders-2.zip",
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            null,
            new Plan.Previous(FORMER, new Version("1"), 1),
            List.of(),
            List.of(),
            folder);
    return new Script().planned(plan).turnCame().until(Work.RunHook.class).deployment();
  }
}
