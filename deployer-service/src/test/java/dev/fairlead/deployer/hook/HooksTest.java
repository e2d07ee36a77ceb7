package dev.fairlead.deployer.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A hook")
class HooksTest {

  @TempDir private Path folder;
  private Hooks hooks;

  @BeforeEach
  void open() {
    hooks = new Hooks(folder.resolve("kept"), Secrets.ofThisProcess());
  }

  @Test
  @DisplayName("stands around its phase in the plan")
  void planned() {
    Plan plan =
        Samples.plan(
            Samples.spec(
                "tests: {command: [./test.sh]}",
                "hooks:",
                "  - {name: announce, before: rollout, command: [./announce.sh]}",
                "  - {name: warm, after: rollout, command: [./warm.sh], grade: should}",
                "  - {name: nobody, after: test, command: [./never.sh]}"),
            1,
            true);

    List<String> names = plan.steps().stream().map(Step::name).toList();
    assertThat(names)
        .containsSubsequence(
            "tests",
            "hook-nobody",
            "artifact",
            "hook-announce",
            "migrate-main",
            "start",
            "drain",
            "stop-old",
            "hook-warm",
            "answers");
    Plan untested =
        Samples.plan(Samples.spec("hooks: [{name: nobody, after: test, command: [x]}]"), 1, true);
    assertThat(untested.steps()).extracting(Step::name).doesNotContain("hook-nobody");
  }

  @Test
  @DisplayName("is told what it is run for, and gets nothing else of the deployer's environment")
  void environment() throws Exception {
    Hooks.Outcome outcome = hooks.run(hook("env", "1m", "env | sort"), occasion());

    assertThat(outcome.passed()).isTrue();
    assertThat(Files.readString(kept("env")))
        .contains(
            "FAIRLEAD_APPLICATION=orders\n",
            "FAIRLEAD_DIGEST=sha256:aaaa",
            "FAIRLEAD_ENVIRONMENT=staging\n",
            "FAIRLEAD_PHASE=rollout\n",
            "FAIRLEAD_PREVIOUS_VERSION=1\n",
            "FAIRLEAD_ROLLBACK=false\n",
            "FAIRLEAD_VERSION=2\n",
            "FAIRLEAD_WHEN=after\n",
            "PATH=")
        .doesNotContain("MAVEN", "SUREFIRE", "PASSWORD");
  }

  @Test
  @DisplayName("gets secrets by reference, and leaves none in what is kept and told")
  void secrets() throws Exception {
    Path secret = Files.writeString(folder.resolve("token"), "s3cr3t-of-the-hook");
    Hook hook =
        hook(
            "leaky",
            "1m",
            "echo token $TOKEN; exit 3",
            "environment: {TOKEN: 'secret:file:%s'}".formatted(secret));

    Hooks.Outcome outcome = hooks.run(hook, occasion());

    assertThat(outcome)
        .isEqualTo(new Hooks.Outcome(false, false, "hook leaky failed (exit code 3): token ****"));
    assertThat(Files.readString(kept("leaky"))).isEqualTo("token ****\n");
  }

  @Test
  @DisplayName("that does not end is killed with all it started, and what it wrote is kept")
  void deadline() throws Exception {
    Hook hook = hook("stuck", "300ms", "echo begun; sleep 987654 & echo $! > child; sleep 987654");

    Hooks.Outcome outcome = hooks.run(hook, occasion());

    assertThat(outcome.detail()).isEqualTo("hook stuck failed (did not end within PT0.3S): begun");
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  @DisplayName("may write as much as it likes: the end of it is kept")
  void muchOutput() throws Exception {
    Hooks.Outcome outcome =
        hooks.run(
            hook("loud", "30s", "yes line | head -c 3000000; echo; echo the end"), occasion());

    assertThat(outcome.passed()).isTrue();
    assertThat(outcome.detail()).endsWith("the end");
    assertThat(Files.size(kept("loud"))).isLessThanOrEqualTo(256 << 10);
  }

  @Test
  @DisplayName("leaves its output behind for the latest 500 deployments")
  void latest() throws Exception {
    for (int i = 0; i < 510; i++) {
      Files.createDirectories(folder.resolve("kept").resolve("earlier-" + i));
    }

    hooks.run(hook("last", "30s", "echo here"), occasion());

    assertThat(folder.resolve("kept").toFile().list()).hasSize(500);
    assertThat(Files.readString(kept("last"))).isEqualTo("here\n");
  }

  @Test
  @DisplayName("that is not there fails with a reason")
  void missing() throws Exception {
    Hook hook =
        Samples.spec("hooks: [{name: gone, before: build, command: [./gone.sh]}]")
            .hooks()
            .getFirst();

    assertThat(hooks.run(hook, occasion()).detail())
        .startsWith("hook gone failed (cannot be started: ");
  }

  private Path kept(String name) {
    return folder.resolve("kept").resolve(Samples.DEPLOYMENT.toString()).resolve(name + ".log");
  }

  private Occasion occasion() {
    EnvironmentSpec spec = Samples.spec();
    return new Occasion(Samples.DEPLOYMENT, Samples.plan(spec, 1, true), false, folder);
  }

  private static Hook hook(String name, String timeout, String script, String... more)
      throws IOException {
    String extra = more.length == 0 ? "" : ", " + String.join(", ", more);
    return Samples.spec(
            "hooks: [{name: %s, after: rollout, timeout: %s, command: [sh, -c, \"%s\"]%s}]"
                .formatted(name, timeout, script, extra))
        .hooks()
        .getFirst();
  }
}
