package dev.fairlead.backup.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stops somebody at a point until the test has looked, or has done something. */
public final class HoldUp {

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Called by whoever is to be stopped, at every point that it passes. */
  public void at(boolean point) {
    if (point) {
      reached.countDown();
      awaitUpToAMinute(released);
    }
  }

  public void requireHeldWhile(Runnable look) {
    awaitUpToAMinute(reached);
    look.run();
    released.countDown();
  }

  private static void awaitUpToAMinute(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
