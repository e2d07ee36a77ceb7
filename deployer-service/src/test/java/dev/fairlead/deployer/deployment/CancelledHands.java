package dev.fairlead.deployer.deployment;

import dev.fairlead.events.Actor;

/** Performs a step, and hears of the cancellation before it can say so. */
final class CancelledHands implements DeploymentRunner.Hands {

  private final DeploymentRunner.Hands real;
  private final Deployments deployments;
  private final String step;
  private boolean told;

  CancelledHands(DeploymentRunner.Hands real, Deployments deployments, String step) {
    this.real = real;
    this.deployments = deployments;
    this.step = step;
  }

  boolean isTold() {
    return told;
  }

  @Override
  public StepResult perform(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    StepResult result = real.perform(deployment, perform, fence);
    if (!perform.undoing() && perform.step().name().equals(step) && !told) {
      told = true;
      deployments.tell(deployment.id(), new Fact.CancelRequested(new Actor("dora"), "wrong one"));
    }
    return result;
  }
}
