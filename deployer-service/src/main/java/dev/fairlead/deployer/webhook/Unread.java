package dev.fairlead.deployer.webhook;

import dev.fairlead.service.problem.Refusal;
import org.springframework.http.HttpStatus;

/** A body that was read in vain: nobody can tell who has sent it. */
final class Unread extends Refusal {

  private static final long serialVersionUID = 1L;

  private Unread(HttpStatus status, String code, String detail, String advice) {
    super(status, code, detail, advice);
  }

  static Unread tooSlow() {
    return new Unread(
        HttpStatus.REQUEST_TIMEOUT,
        "too-slow",
        "the message came too slowly",
        "send it again, without a pause in it; fairlead.deployer.webhooks.patience of the deployer is the longest it may take");
  }

  /** Nobody hears it; and it is not a failure of ours, which the log would tell with its frames. */
  static Unread brokenOff() {
    return new Unread(
        HttpStatus.BAD_REQUEST, "broken-off", "the message has no end", "send it again");
  }

  static Unread tooLarge(int largest) {
    return new Unread(
        HttpStatus.CONTENT_TOO_LARGE,
        "too-large",
        "the message has more than %d bytes".formatted(largest),
        "choose fewer events for the webhook");
  }
}
