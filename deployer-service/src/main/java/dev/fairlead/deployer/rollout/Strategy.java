package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;

/** How a release replaces the one before it. Pure: from two sets of instances to moves. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "strategy")
public sealed interface Strategy permits Rolling, BlueGreen, Canary, Recreate {

  /** The word people use for it, as in {@code rolling}. */
  String name();

  /**
   * What leads from {@code before} instances of the old release to {@code after} of the new one.
   * Unless requests are held, never fewer than the smaller of the two numbers serve.
   *
   * @param before 0 for the first release
   * @param after at least 1
   */
  List<Move> moves(int before, int after);

  /** Whether old instances run on, without traffic, until the bake window has passed. */
  default boolean keepsOldWarm() {
    return false;
  }

  /** Whether instances of two releases must never run at the same time. */
  default boolean exclusive() {
    return false;
  }

  /** For how long it watches at most on its way, on top of what the deployment itself takes. */
  default Duration watching() {
    return Duration.ZERO;
  }
}
