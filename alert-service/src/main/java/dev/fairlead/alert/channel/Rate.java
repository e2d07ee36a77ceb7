package dev.fairlead.alert.channel;

import java.time.Duration;

/**
 * So many messages, at most, in so long; they may come at once after a pause.
 *
 * @param messages at least 1
 */
public record Rate(int messages, Duration per) {

  public Rate {
    if (messages < 1 || per.isNegative() || per.isZero()) {
      throw new IllegalArgumentException(
          "rate of %d messages per %s is not valid; expected at least 1 in more than no time"
              .formatted(messages, per));
    }
  }

  /** One message more each. */
  Duration interval() {
    return per.dividedBy(messages);
  }
}
