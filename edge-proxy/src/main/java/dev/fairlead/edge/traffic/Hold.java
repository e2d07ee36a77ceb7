package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Answer;
import dev.fairlead.edge.routing.Route;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;

/** A request that waits at a held route, and how long it may. */
final class Hold {

  private final Route route;
  private final Runnable wake;
  private final ScheduledFuture<?> timer;

  /**
   * @param wake what the route was told to call when the hold ends
   * @param refuse called with the reason, if it lasts too long
   */
  Hold(
      TrafficServer server, Answer.Held held, Route route, Runnable wake, Consumer<String> refuse) {
    this.route = route;
    this.wake = wake;
    long millis = held.atMost().toMillis();
    this.timer =
        server.after(
            millis,
            () -> {
              route.giveUp(wake);
              refuse.accept("the route was held longer than " + millis + " ms");
            });
  }

  /** Whatever comes next: neither the route nor the time is waited for any more. */
  void end() {
    timer.cancel(false);
    route.giveUp(wake);
  }
}
