package dev.fairlead.backup.store;

import java.time.Duration;

/**
 * How long a server is waited for. A request that is not answered in time is given up and made
 * again, so that none, whatever the network does, holds up a backup for ever.
 *
 * @param answer how long a server may be silent
 * @param bytesPerSecond a part may take as long as it takes at this pace, besides
 * @param attempts at each request, at least 1
 * @param pause before the second attempt at most; up to twice as long before each further one
 */
public record S3Patience(Duration answer, long bytesPerSecond, int attempts, Duration pause) {

  /** A link that is slower than this brings no database anywhere. */
  private static final long SLOW = 256 * 1024;

  public static final S3Patience USUAL = of(Duration.ofSeconds(60), SLOW);

  /** Some servers copy all parts of an archive before they answer. */
  private static final int ASSEMBLY = 10;

  public S3Patience {
    if (!answer.isPositive() || bytesPerSecond < 1 || attempts < 1 || pause.isNegative()) {
      throw new IllegalArgumentException(
          "patience of %s, %d bytes a second, %d attempts and %s between them is not valid; expected more than nothing of each"
              .formatted(answer, bytesPerSecond, attempts, pause));
    }
  }

  /** Five attempts, the last about ten seconds after the first one failed. */
  public static S3Patience of(Duration answer, long bytesPerSecond) {
    return new S3Patience(answer, bytesPerSecond, 5, Duration.ofMillis(1_250));
  }

  /** Until a request with a body of so many bytes must be answered. */
  Duration withBody(long bytes) {
    return answer.plusMillis(1_000 * bytes / bytesPerSecond);
  }

  /** Until an upload must be put together. */
  Duration forAssembly() {
    return answer.multipliedBy(ASSEMBLY);
  }
}
