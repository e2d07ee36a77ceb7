package dev.fairlead.alert.channel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to deliver. Details are for people and never hold a secret. */
public sealed interface Outcome {

  String detail();

  /**
   * @param reference what the vendor calls the message, to be answered to later
   */
  record Delivered(String detail, @Nullable String reference) implements Outcome {}

  /** The channel works and asks to wait; never sent again before {@code notBefore}. */
  record Throttled(String detail, Instant notBefore) implements Outcome {}

  /**
   * The channel does not work now: trying again later makes sense.
   *
   * @param notBefore what it asked for, if it did
   */
  record Unavailable(String detail, @Nullable Instant notBefore) implements Outcome {}

  /** It will never accept this message; another channel must. */
  record Refused(String detail) implements Outcome {}
}
