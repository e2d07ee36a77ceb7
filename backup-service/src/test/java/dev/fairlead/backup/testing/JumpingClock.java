package dev.fairlead.backup.testing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs backwards, and jumps by a century each time it is asked. */
public final class JumpingClock extends Clock {

  private final AtomicInteger asked = new AtomicInteger();

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    int times = asked.incrementAndGet();
    return times % 2 == 0
        ? Instant.parse("2099-01-01T00:00:00Z")
        : Instant.parse("2001-01-01T00:00:00Z").minusSeconds(times);
  }
}
