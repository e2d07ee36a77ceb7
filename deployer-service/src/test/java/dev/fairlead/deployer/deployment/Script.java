package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Facts in, decisions out; keeps the clock and everything that was told. */
final class Script {

  private Deployment deployment;
  private final List<Event> told = new ArrayList<>();
  private Instant now = NOON;

  Script() {
    this(request());
  }

  Script(Request request) {
    deployment = Deployment.requested(request);
  }

  Deployment deployment() {
    return deployment;
  }

  Instant now() {
    return now;
  }

  Script fact(Fact fact) {
    Decision decision = deployment.on(fact, now);
    deployment = decision.next();
    told.addAll(decision.events());
    return this;
  }

  Script planned(Plan plan) {
    return fact(new Fact.Planned(plan));
  }

  Script turnCame() {
    Plan plan = Objects.requireNonNull(deployment.plan());
    return fact(new Fact.TurnCame(plan.previous() == null ? null : FORMER));
  }

  Script passes(Duration time) {
    now = now.plus(time);
    return this;
  }

  Script stepSucceeds() {
    return ends(StepResult.succeeded("done"));
  }

  Script fails(String reason) {
    return ends(StepResult.failed(reason, null));
  }

  Script ends(StepResult result) {
    now = now.plusSeconds(1);
    return switch (deployment.state()) {
      case DeploymentState.Running running ->
          currentWork() instanceof Work.BackUp(var database)
              ? fact(answer(deployment.backupOf(database), result))
              : fact(new Fact.StepEnded(false, running.step(), result));
      case DeploymentState.RollingBack undo -> fact(new Fact.StepEnded(true, undo.step(), result));
      default -> throw new AssertionError("no step in " + deployment.state());
    };
  }

  private static Fact answer(BackupId backup, StepResult result) {
    return result instanceof StepResult.Succeeded
        ? new Fact.BackupCompleted(backup, result.detail())
        : new Fact.BackupFailed(backup, result.detail(), "see the log");
  }

  Script until(Class<? extends Work> work) {
    while (!work.isInstance(currentWork())) {
      stepSucceeds();
    }
    return this;
  }

  Work currentWork() {
    return switch (deployment.state()) {
      case DeploymentState.Running running ->
          Objects.requireNonNull(deployment.plan()).steps().get(running.step()).work();
      case DeploymentState.RollingBack undo -> undo.steps().get(undo.step()).work();
      default -> throw new AssertionError("no step in " + deployment.state());
    };
  }

  List<String> stepsOfRollback() {
    return deployment.state() instanceof DeploymentState.RollingBack undo
        ? undo.steps().stream().map(step -> step.name()).toList()
        : List.of();
  }

  <E> List<E> told(Class<E> kind) {
    return told.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
