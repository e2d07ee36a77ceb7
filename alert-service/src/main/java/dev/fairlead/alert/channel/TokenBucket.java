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

  /** Instances that share a bucket may do so by as much, and none of them is wrong. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  /** The earliest moment for the next message; not after {@code now} if it may go at once. */
  public Instant nextFree(Rate rate) {
    Duration burst = rate.interval().multipliedBy(rate.messages() - 1L);
    return emptyUntil.minus(burst);
  }

  /**
   * The bucket as it can be by now. One that is paid for later than a full burst takes was written
   * by a clock that was ahead, and would silence the channel until this one has caught up.
   */
  public TokenBucket at(Instant now, Rate rate) {
    Instant latest = now.plus(rate.per()).plus(CLOCKS_DIFFER);
    return emptyUntil.isAfter(latest) ? new TokenBucket(now) : this;
  }

  public TokenBucket afterOneAt(Instant now, Rate rate) {
    Instant from = emptyUntil.isAfter(now) ? emptyUntil : now;
    return new TokenBucket(from.plus(rate.interval()));
  }
}
