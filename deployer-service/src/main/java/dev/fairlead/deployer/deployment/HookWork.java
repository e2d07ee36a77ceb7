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
import java.util.Optional;

/**
 * Runs the application's own commands around a phase, none longer than the deployment may take: its
 * deadline is for all of them together.
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
    Hooks.Outcome outcome =
        hooks.run(
            hook.within(left(deployment, hook)),
            new Occasion(deployment.id(), plan, deployment.request().isRollback(), folder));
    if (outcome.passed()) {
      return StepResult.succeeded(outcome.detail());
    }
    return hook.required()
        ? StepResult.failed(
            outcome.detail(), "run %s in %s".formatted(String.join(" ", hook.command()), folder))
        : StepResult.succeeded(outcome.detail() + "; its grade is should, so it goes on");
  }

  /** The bake window is no part of the deadline. */
  private Duration left(Deployment deployment, Hook hook) {
    boolean baked = hook.phase() == Phase.BAKE && hook.when() == Hook.When.AFTER;
    Duration left = Duration.between(clock.instant(), deployment.deadline());
    Duration more = baked ? deployment.known().spec().bake() : Duration.ZERO;
    return left.plus(more).isNegative() ? Duration.ZERO : left.plus(more);
  }
}
