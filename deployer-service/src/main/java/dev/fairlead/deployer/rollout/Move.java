package dev.fairlead.deployer.rollout;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thing a strategy does. */
public sealed interface Move {

  /** These new instances come up, healthy, without traffic. */
  record Start(Range instances) implements Move {}

  /**
   * Traffic goes to the first {@code newInstances} new ones, and to the old ones from number {@code
   * oldFrom} on; none when it is beyond the last.
   *
   * @param percent the share of the new ones, 1 to 99; when absent every instance gets the same
   */
  record Shift(int newInstances, int oldFrom, @Nullable Integer percent) implements Move {

    static Shift evenly(int newInstances, int oldFrom) {
      return new Shift(newInstances, oldFrom, null);
    }
  }

  /** The shares stay as they are, and old and new are compared. */
  record Watch(int percent, Duration window) implements Move {}

  /** Old instances that lost their traffic finish what they have. */
  record Drain(Range old) implements Move {}

  record Stop(Range old) implements Move {}

  /** Requests wait at the router. */
  record Hold() implements Move {}

  /** The requests that wait go on. */
  record Release() implements Move {}
}
