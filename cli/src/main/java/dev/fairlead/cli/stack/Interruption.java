package dev.fairlead.cli.stack;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Lets a piece of work end in order when Ctrl-C or SIGTERM comes: it is told to end, the JVM waits
 * for it, and one line says how that went.
 */
final class Interruption implements AutoCloseable {

  /** More than stopping takes at the longest. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable giveUp, Supplier<String> lastWords) {
    this.hook = new Thread(() -> run(giveUp, lastWords), "end in order");
  }

  /**
   * From now on until closed.
   *
   * @param giveUp makes the work end soon; on another thread, and without waiting for that
   */
  static Interruption passedOnTo(Runnable giveUp, Supplier<String> lastWords) {
    Interruption interruption = new Interruption(giveUp, lastWords);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void run(Runnable giveUp, Supplier<String> lastWords) {
    giveUp.run();
    try {
      if (over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(lastWords.get());
      } else {
        System.err.println("interrupted before everything was stopped; run: fairlead down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The work has ended. When the JVM is ending too this does not return: what the command would go
   * on to say, such as what broke when it was told to end, is of no use to anybody.
   */
  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) { // the JVM is ending
      while (true) {
        LockSupport.park(this);
      }
    }
  }
}
