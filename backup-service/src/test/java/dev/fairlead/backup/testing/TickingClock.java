package dev.fairlead.backup.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Goes on by one tick each time it is asked, however long that takes. It is late by an hour, so
 * that what is due by it is due for others as well.
 */
public final class TickingClock extends Clock {

  private final Instant start = Instant.now().minus(Duration.ofHours(1));
  private final AtomicLong asked = new AtomicLong();
  private final Duration tick;

  public TickingClock(Duration tick) {
    this.tick = tick;
  }

  @Override
  public Instant instant() {
    return start.plus(tick.multipliedBy(asked.incrementAndGet()));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("nothing here asks for the time of day");
  }
}
