package dev.fairlead.backup.archive;

/**
 * How hard zstd tries.
 *
 * @param level 1 (fast) to 19 (small); less while compressing is what everything waits for
 * @param threads besides the one that reads; 0 compresses in the reading thread
 */
public record Compression(int level, int threads) {

  public Compression {
    if (level < 1 || level > 19) {
      throw new IllegalArgumentException(
          "compression level %d is not valid; expected 1 to 19".formatted(level));
    }
    if (threads < 0 || threads > 64) {
      throw new IllegalArgumentException(
          "compression threads %d is not valid; expected 0 to 64".formatted(threads));
    }
  }
}
