package dev.fairlead.alert.notification;

import java.time.Instant;

/** What a channel's worker has to do next. */
sealed interface Next {

  record Send(Claim claim) implements Next {}

  /** Nothing before then, unless something new is planned. */
  record Wait(Instant until) implements Next {}
}
