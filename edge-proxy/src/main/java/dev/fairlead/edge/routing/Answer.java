package dev.fairlead.edge.routing;

import java.time.Duration;

/** What a route says to a request. */
public sealed interface Answer permits Claim, Answer.Held, Answer.Nobody {
  /** The route is held: the request waits at most this long and is woken by the release. */
  record Held(Duration atMost) implements Answer {}

  /**
   * There is no instance to try.
   *
   * @param exhausted every instance that serves was tried already
   */
  record Nobody(String reason, boolean exhausted) implements Answer {}
}
