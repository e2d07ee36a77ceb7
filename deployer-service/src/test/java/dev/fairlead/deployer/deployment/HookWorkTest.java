package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.Samples;
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

@DisplayName("A hook")
class HookWorkTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LEFT = Duration.ofMillis(300);
  private static final Duration DAY = Duration.ofDays(1);

  /** By its own limit it would hang for an hour. */
  private static final String HANGS = "echo begun; sleep 987654";

  @TempDir private Path folder;

  @Test
  @DisplayName("that hangs is ended when the deadline of the deployment has come, which is said")
  void deadline() {
    for (String when : List.of("after: rollout", "after: rollout, grade: should")) {
      Deployment deployment = hooked(when, HANGS);

      StepResult result = run(deployment, deployment.deadline().minus(LEFT));

      assertThat(result).isInstanceOf(StepResult.Failed.class);
      assertThat(result.detail())
          .startsWith("the deadline of PT")
          .endsWith(" has come: hook mine failed (did not end within PT0.3S): begun");
    }
  }

  @Test
  @DisplayName("is not begun after the deadline")
  void tooLate() {
    Deployment deployment = hooked("after: rollout", "touch begun");

    StepResult result = run(deployment, deployment.deadline());

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).endsWith(" has come: hook mine was not run");
    assertThat(folder.resolve("begun")).doesNotExist();
  }

  @Test
  @DisplayName("that hangs is ended also before the release bakes, which has no deadline itself")
  void beforeBake() {
    assertThat(run(beforeBake(HANGS), NOON)).isInstanceOf(StepResult.Failed.class);
  }

  @Test
  @DisplayName("that hangs costs no release that has baked, unless it has to succeed")
  void afterBake() {
    StepResult lenient = run(afterBake("after: bake, grade: should", HANGS, NOON), NOON);
    assertThat(lenient).isInstanceOf(StepResult.Succeeded.class);
    assertThat(lenient.detail()).endsWith("its grade is should, so it goes on");

    assertThat(run(afterBake("after: bake", HANGS, NOON), NOON))
        .isInstanceOf(StepResult.Failed.class);
  }

  @Test
  @DisplayName("around the bake window has its time also where the deployer was away for long")
  void away() {
    Instant back = NOON.plus(DAY);
    Deployment before = beforeBake("sleep 0.01");
    Deployment after = afterBake("after: bake", "sleep 0.01", back);

    assertThat(run(before, back)).isInstanceOf(StepResult.Succeeded.class);
    assertThat(run(after, back)).isInstanceOf(StepResult.Succeeded.class);
    assertThat(run(after, back.plus(DAY)))
        .as("begun again")
        .isInstanceOf(StepResult.Succeeded.class);
  }

  private StepResult run(Deployment deployment, Instant now) {
    HookWork work =
        new HookWork(
            new ManifestFolders(
                new Applications(
                    JdbcClient.create(new DriverManagerDataSource("nobody:asks")), Samples.HOST)),
            new Hooks(folder.resolve("kept"), Secrets.ofThisProcess()),
            Clock.fixed(now, ZoneOffset.UTC));
    return assertTimeoutPreemptively(SOON, () -> work.run(deployment, "mine"));
  }

  /** Little is left before the deadline as the phase begins. */
  private Deployment beforeBake(String command) {
    return hurried(hooked("before: bake", command));
  }

  /**
   * As before, and the window is over.
   *
   * @param ended by the deployer's clock
   */
  private Deployment afterBake(String when, String command, Instant ended) {
    Deployment baking = hurried(script(when, command).until(Work.Bake.class).deployment());
    int step = ((DeploymentState.Running) baking.state()).step();
    return baking.on(new Fact.StepEnded(false, step, StepResult.succeeded("baked")), ended).next();
  }

  private static Deployment hurried(Deployment deployment) {
    DeploymentState.Running running = (DeploymentState.Running) deployment.state();
    return deployment.in(
        new DeploymentState.Running(running.step(), running.since(), running.since().plus(LEFT)));
  }

  private Deployment hooked(String when, String command) {
    return script(when, command).until(Work.RunHook.class).deployment();
  }

  private Script script(String when, String command) {
    EnvironmentSpec spec =
        spec(
            "hooks: [{name: mine, %s, timeout: 1h, command: [sh, -c, '%s']}]"
                .formatted(when, command));
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
    return new Script().planned(plan).turnCame();
  }
}
