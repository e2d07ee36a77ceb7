package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.journey.Snares;
import dev.fairlead.deployer.journey.Snares.Moment;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** The doer of a deployer that is to be killed: before, in and after steps it may meet a snare. */
public final class SnaredHands implements BeanPostProcessor {

  private final Snares snares;

  public SnaredHands(Snares snares) {
    this.snares = snares;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof DeploymentRunner.Hands hands ? snared(hands) : bean;
  }

  private DeploymentRunner.Hands snared(DeploymentRunner.Hands hands) {
    return (deployment, perform, fence) -> {
      snares.enter(
          deployment.place().application().value(),
          (perform.undoing() ? Snares.BACK : "") + perform.step().name());
      snares.meet(Moment.BEFORE);
      StepResult result = hands.perform(deployment, perform, fence);
      snares.meet(result instanceof StepResult.Unfinished ? Moment.IN : Moment.AFTER);
      return result;
    };
  }
}
