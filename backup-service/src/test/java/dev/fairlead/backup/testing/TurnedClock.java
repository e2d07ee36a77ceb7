package dev.fairlead.backup.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on by itself, and whose hands can be turned. */
public final class TurnedClock extends Clock {

  private volatile Duration turned = Duration.ZERO;

  /** From now on it is this moment. */
  public void turnTo(Instant moment) {
    turned = Duration.between(Instant.now(), moment);
  }

  public void turnBy(Duration time) {
    turned = turned.plus(time);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(turned);
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
