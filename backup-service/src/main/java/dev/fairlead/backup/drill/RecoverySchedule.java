package dev.fairlead.backup.drill;

import dev.fairlead.backup.drill.RecoveryDrills.RecoveryDrill;
import java.time.Duration;
import java.time.Instant;

/**
 * When a database is to be recovered again. Pure.
 *
 * @param every only when somebody orders it when zero
 */
record RecoverySchedule(Duration every) {

  /** A failure may pass; until it does, somebody should hear of it each day. */
  private static final Duration AGAIN = Duration.ofDays(1);

  /** What is due may have to wait for others, and for a service that was away. */
  private static final Duration GRACE = Duration.ofDays(2);

  /** Somebody's order first, then what was begun and broken off. */
  boolean isDue(RecoveryDrill drill, Instant now) {
    if (drill.requestedAt() != null || drill.attempt() > 0) {
      return true;
    }
    if (every.isZero()) {
      return false;
    }
    Instant attempted = drill.attemptedAt();
    if (attempted == null || attempted.isAfter(now)) {
      return true;
    }
    Instant succeeded = drill.succeededAt();
    boolean lastFailed = succeeded == null || attempted.isAfter(succeeded);
    return !attempted.plus(lastFailed ? AGAIN : every).isAfter(now);
  }

  /** Once a day while it lasts. */
  boolean isToBeToldOverdue(RecoveryDrill drill, Instant now) {
    Instant told = drill.toldOverdueAt();
    return !every.isZero()
        && drill.shownAt().plus(every).plus(GRACE).isBefore(now)
        && (told == null || !told.plus(AGAIN).isAfter(now));
  }
}
