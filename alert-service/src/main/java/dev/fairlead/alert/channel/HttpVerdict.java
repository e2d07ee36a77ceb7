package dev.fairlead.alert.channel;

import dev.fairlead.alert.channel.HttpCall.Answer;
import java.time.Duration;
import java.time.Instant;

/** What a status says about trying again, for vendors that keep to HTTP. */
final class HttpVerdict {

  /** When a channel throttles without saying for how long. */
  static final Duration UNSTATED_WAIT = Duration.ofSeconds(30);

  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_EARLY = 425;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private HttpVerdict() {}

  /** For an answer that is not the success the vendor promises. */
  static Outcome ofFailure(Answer answer) {
    return switch (answer.status()) {
      case TOO_MANY -> throttled(answer);
      case REQUEST_TIMEOUT, TOO_EARLY -> unavailable(answer);
      default ->
          answer.status() >= SERVER_ERROR
              ? unavailable(answer)
              : new Outcome.Refused(answer.quoted());
    };
  }

  static Outcome throttled(Answer answer) {
    Instant notBefore = answer.notBefore().orElseGet(() -> answer.at().plus(UNSTATED_WAIT));
    return new Outcome.Throttled(answer.quoted(), notBefore);
  }

  static Outcome unavailable(Answer answer) {
    return new Outcome.Unavailable(answer.quoted(), answer.notBefore().orElse(null));
  }
}
