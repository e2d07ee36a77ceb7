package dev.fairlead.edge.traffic;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Clients' connections on one event loop. A new one must bring its first request soon; one between
 * two requests, or in the middle of a request's head, may stay a little longer.
 */
final class Visits {
  private static final long KEPT_NANOS = Duration.ofSeconds(75).toNanos();

  private final long firstRequestNanos;
  private final Map<HttpConnection, Visit> visits = new IdentityHashMap<>();

  Visits(Duration firstRequest) {
    this.firstRequestNanos = firstRequest.toNanos();
  }

  void begin(HttpConnection connection) {
    visits.put(connection, new Visit(firstRequestNanos));
  }

  void end(HttpConnection connection) {
    visits.remove(connection);
  }

  /** A request has come; the result is to be run when its answer is complete. */
  Runnable request(HttpConnection connection) {
    Visit visit = visits.get(connection);
    if (visit == null) {
      return () -> {};
    }
    visit.requests++;
    return visit::rest;
  }

  void closeIdle() {
    long now = System.nanoTime();
    for (var entry : Map.copyOf(visits).entrySet()) {
      if (entry.getValue().isIdle(now)) {
        entry.getKey().close();
      }
    }
  }

  private static final class Visit {
    private int requests;
    private long idleSinceNanos = System.nanoTime();
    private long mayIdleNanos;

    Visit(long mayIdleNanos) {
      this.mayIdleNanos = mayIdleNanos;
    }

    void rest() {
      requests--;
      idleSinceNanos = System.nanoTime();
      mayIdleNanos = KEPT_NANOS;
    }

    boolean isIdle(long nowNanos) {
      return requests == 0 && nowNanos - idleSinceNanos > mayIdleNanos;
    }
  }
}
