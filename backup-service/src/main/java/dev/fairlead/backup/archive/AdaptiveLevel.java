package dev.fairlead.backup.archive;

/**
 * How hard to compress next, by what the stretch before waited for: while the dump or a store is
 * slower than the compressor there is time to try harder, while the compressor is the slowest there
 * is none. The same idea as {@code zstd --adapt}.
 */
final class AdaptiveLevel {

  private static final int LOWEST = 1;

  /** Of the time. In between the level stays, or it would swing. */
  private static final double BUSY = 0.6;

  private static final double IDLE = 0.3;

  private final int highest;
  private int level;

  /**
   * @param highest where it also starts: what ends within the first stretch is small anyway
   */
  AdaptiveLevel(int highest) {
    this.highest = highest;
    this.level = highest;
  }

  int level() {
    return level;
  }

  /**
   * @param nanos of the stretch
   * @param waited of these, for the dump and for the stores
   * @return the level of the next stretch
   */
  int after(long nanos, long waited) {
    double compressing = nanos <= 0 ? 0 : (double) (nanos - waited) / nanos;
    if (compressing > BUSY) {
      level = Math.max(LOWEST, level - 1);
    } else if (compressing < IDLE) {
      level = Math.min(highest, level + 1);
    }
    return level;
  }
}
