package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.hook.CalledFiles;
import dev.fairlead.deployer.hook.Hooks;
import dev.fairlead.deployer.hook.Occasion;
import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedFile;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Runs the application's own commands around a phase, none longer than the deployment may take. Its
 * deadline is for all of them together but those around the bake window.
 */
record HookWork(ManifestFolders folders, Hooks hooks, Clock clock) {

  static final String PLAN_AGAIN =
      "see who has changed it; if that was right, deploy again, so that the plan has it";

  StepResult run(Deployment deployment, String name) throws InterruptedException {
    Plan plan = deployment.known();
    Hook hook =
        plan.spec().hooks().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    Path folder = folders.of(plan);
    Optional<String> objection =
        new CalledFiles(folder).objection(PlannedFile.ofHook(name), hook.command(), plan.files());
    if (objection.isPresent()) {
      return StepResult.failed(objection.get(), PLAN_AGAIN);
    }
    Duration left = left(deployment, hook);
    Hooks.Outcome outcome =
        left.isPositive()
            ? hooks.run(
                hook.within(left),
                new Occasion(deployment.id(), plan, deployment.request().isRollback(), folder))
            : new Hooks.Outcome(false, true, "hook %s was not run".formatted(name));
    if (outcome.passed()) {
      return StepResult.succeeded(outcome.detail());
    }
    boolean tooSlow = outcome.late() && left.compareTo(hook.timeout()) < 0;
    String detail =
        tooSlow
            ? "the deadline of %s has come: %s".formatted(plan.spec().deadline(), outcome.detail())
            : outcome.detail();
    if (hook.required() || (tooSlow && hook.phase() != Phase.BAKE)) {
      return StepResult.failed(
          detail,
          tooSlow
              ? "raise deadline in the manifest if hook %s may take so long".formatted(name)
              : "run %s in %s".formatted(String.join(" ", hook.command()), folder));
    }
    return StepResult.succeeded(detail + "; its grade is should, so it goes on");
  }

  /**
   * A deployer that was away must not cost a release that bakes: around the bake window nothing has
   * to be over by the clock, so each hook has as long as was left when that phase began.
   */
  private Duration left(Deployment deployment, Hook hook) {
    Instant from = hook.phase() == Phase.BAKE ? bakeBegun(deployment) : clock.instant();
    return Duration.between(from, deployment.deadline());
  }

  private Instant bakeBegun(Deployment deployment) {
    return deployment.history().stream()
        .filter(done -> done.phase() == Phase.BAKE)
        .map(StepRecord::startedAt)
        .findFirst()
        .orElseGet(
            () ->
                deployment.state() instanceof DeploymentState.Running running
                    ? running.since()
                    : clock.instant());
  }
}
