package dev.fairlead.health.probe;

import java.time.Duration;

/**
 * Notices when this process could not run: no processor time, a long collection, a suspended
 * machine. A beat that comes late tells how long nothing moved.
 */
public final class Pulse implements AutoCloseable {

  private static final long BEAT_NANOS = Duration.ofMillis(50).toNanos();

  /** Beats that are kept; with 50 ms each a little more than the longest timeout of a probe. */
  private static final int KEPT = 2048;

  private final long[] beats = new long[KEPT];
  private int count;
  private final Thread beating;

  public Pulse() {
    beat(System.nanoTime());
    beating = Thread.ofPlatform().daemon().name("pulse").start(this::run);
  }

  /** The longest time without a beat, above the usual, since {@code began}. */
  Duration longestStallSince(long began) {
    return longestStall(began, System.nanoTime());
  }

  private synchronized Duration longestStall(long began, long now) {
    long later = now;
    long longest = 0;
    for (int i = count - 1; i >= Math.max(0, count - KEPT); i--) {
      long beat = beats[i % KEPT];
      longest = Math.max(longest, later - Math.max(beat, began));
      if (beat - began <= 0) {
        break;
      }
      later = beat;
    }
    return Duration.ofNanos(Math.max(0, longest - BEAT_NANOS));
  }

  private synchronized void beat(long now) {
    beats[count % KEPT] = now;
    count = count == Integer.MAX_VALUE - 1 ? KEPT : count + 1;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(Duration.ofNanos(BEAT_NANOS));
        beat(System.nanoTime());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    beating.interrupt();
  }
}
