package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Step;
import java.time.Instant;

/** What is to be done now. It follows from the state alone, so that a crash loses none of it. */
public sealed interface Action {

  record MakePlan() implements Action {}

  /** Ask whether it is this deployment's turn. */
  record TakeTurn() implements Action {}

  /**
   * @param undoing whether it belongs to the rollback
   * @param index of the step there
   * @param since when it began, also if that was before a crash
   */
  record Perform(boolean undoing, int index, Step step, Instant since) implements Action {}

  /** Somebody else has to speak; at {@code until} the clock does. */
  record Wait(Instant until) implements Action {}

  /** Nothing, for ever. */
  record End() implements Action {}
}
