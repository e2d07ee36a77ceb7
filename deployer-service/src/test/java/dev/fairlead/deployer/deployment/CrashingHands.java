package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Work;
import java.util.HashMap;
import java.util.Map;
import org.springframework.dao.DataAccessResourceFailureException;

/** Dies before a step, then after having done it, and only then gets through. */
final class CrashingHands implements DeploymentRunner.Hands {

  /** How the checks of the answers of what is deployed go. */
  enum Answers {
    GOOD,
    BAD
  }

  private final DeploymentRunner.Hands real;
  private final Answers answers;
  private final Map<String, Integer> attempts = new HashMap<>();
  private int count;

  CrashingHands(DeploymentRunner.Hands real, Answers answers) {
    this.real = real;
    this.answers = answers;
  }

  /** How often it has died. */
  int count() {
    return count;
  }

  @Override
  public StepResult perform(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    int attempt = attempts.merge(perform.undoing() + perform.step().name(), 1, Integer::sum);
    if (attempt == 1) {
      throw crash();
    }
    StepResult result =
        answers == Answers.BAD && perform.step().work() instanceof Work.CheckAnswers
            ? StepResult.failed("no good", null)
            : real.perform(deployment, perform, fence);
    if (attempt == 2) {
      throw crash();
    }
    return result;
  }

  private DataAccessResourceFailureException crash() {
    count++;
    return new DataAccessResourceFailureException("killed by the test");
  }
}
