package dev.fairlead.deployer.webhook;

import java.time.Duration;

/**
 * How a body comes in. It must be whole after a while, and until then go on: in each third of that
 * while so many bytes have to come, or the end. All times are those of {@link System#nanoTime}.
 */
final class Progress {

  static final int LEAST_BYTES = 16 << 10;

  private static final int PARTS = 3;

  private final long patience;
  private final long begun;
  private long lastStep;
  private int sinceStep;

  Progress(Duration patience, long now) {
    this.patience = patience.toNanos();
    this.begun = now;
    this.lastStep = now;
  }

  boolean isLate(long now) {
    return now - begun >= patience || now - lastStep >= patience / PARTS;
  }

  void came(int bytes, long now) {
    sinceStep += bytes;
    if (sinceStep >= LEAST_BYTES) {
      sinceStep = 0;
      lastStep = now;
    }
  }
}
