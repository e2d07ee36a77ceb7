package dev.fairlead.backup;

import dev.fairlead.events.BackupEvent.TransferProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says when progress is worth telling, and how long the rest will take at the pace so far. Used by
 * one thread.
 */
public final class ProgressPace {

  /** People look at it, and every telling is an event. */
  static final Duration EVERY = Duration.ofSeconds(5);

  private static final Duration FIRST_ESTIMATE = Duration.ofSeconds(2);

  private final Instant start;
  private Instant told;

  public ProgressPace(Instant start) {
    this.start = start;
    this.told = start;
  }

  /** Empty as long as it was told a moment ago; what ends quickly is never told at all. */
  public Optional<TransferProgress> at(long doneBytes, long expectedBytes, Instant now) {
    if (Duration.between(told, now).compareTo(EVERY) < 0) {
      return Optional.empty();
    }
    told = now;
    long expected = Math.max(doneBytes, expectedBytes);
    return Optional.of(
        new TransferProgress(doneBytes, expected, remaining(doneBytes, expected, now)));
  }

  private @Nullable Long remaining(long done, long expected, Instant now) {
    Duration elapsed = Duration.between(start, now);
    if (done <= 0 || elapsed.compareTo(FIRST_ESTIMATE) < 0) {
      return null;
    }
    return Math.round((double) elapsed.toMillis() * (expected - done) / done);
  }
}
