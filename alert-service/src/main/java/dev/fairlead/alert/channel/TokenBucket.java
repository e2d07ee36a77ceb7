package dev.fairlead.alert.channel;

import java.time.Duration;
import java.time.Instant;

/**
 * What is left of a channel's rate, as a value: stored in the database, so that it holds across
 * restarts and for all instances together.
 *
 * @param emptyUntil the virtual time at which everything already sent is paid for
 */
public record TokenBucket(Instant emptyUntil) {

  /** The earliest moment for the next message; not after {@code now} if it may go at once. */
  public Instant nextFree(Rate rate) {
    Duration burst = rate.interval().multipliedBy(rate.messages() - 1L);
    return emptyUntil.minus(burst);
  }

  public TokenBucket afterOneAt(Instant now, Rate rate) {
    Instant from = emptyUntil.isAfter(now) ? emptyUntil : now;
    return new TokenBucket(from.plus(rate.interval()));
  }
}
