package dev.fairlead.backup.scrub;

import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * When a copy is to be read again: once in every period, at a moment that is its own and the same
 * in each, so that every day has its share. Nothing but the moment of the last reading is to be
 * remembered, and what was missed while the service was down is simply due.
 *
 * @param period between two readings
 */
record Turn(Duration period) {

  Turn {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("a period of %s is not positive".formatted(period));
    }
  }

  /** The first moment after {@code lastRead} that is this copy's. */
  Instant next(BackupId backup, String store, Instant lastRead) {
    long length = period.toSeconds();
    long place = Math.floorMod(scattered(backup.value(), store), length);
    long since = Math.floorMod(lastRead.getEpochSecond() - place, length);
    return Instant.ofEpochSecond(lastRead.getEpochSecond() + length - since);
  }

  /** The ends of time-ordered ids are random. */
  private static long scattered(UUID backup, String store) {
    return backup.getLeastSignificantBits() * 31 + store.hashCode();
  }
}
