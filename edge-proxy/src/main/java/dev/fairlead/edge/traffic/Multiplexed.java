package dev.fairlead.edge.traffic;

import io.vertx.core.http.HttpConnection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/2 connections of one event loop that have brought a request, and how they are ended without
 * losing one (RFC 9113 §6.8): the client is asked for no more requests, but those that were on
 * their way are answered; only after a while is it told which was the last. One that has brought
 * none yet is left alone until it does.
 */
final class Multiplexed {
  private static final int NO_ERROR = 0;

  /** What a client sent before it heard of our wish arrives within it; a round trip is less. */
  private static final long ON_THEIR_WAY_MILLIS = 1_000;

  private final TrafficServer server;
  private final Set<HttpConnection> connections =
      Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean leaving;

  Multiplexed(TrafficServer server) {
    this.server = server;
  }

  void request(HttpConnection connection) {
    if (connections.add(connection) && leaving) {
      sendAway(connection);
    }
  }

  void end(HttpConnection connection) {
    connections.remove(connection);
  }

  void sendAway() {
    leaving = true;
    List.copyOf(connections).forEach(this::sendAway);
  }

  private void sendAway(HttpConnection connection) {
    connection.goAway(NO_ERROR, Integer.MAX_VALUE);
    server.after(ON_THEIR_WAY_MILLIS, () -> close(connection));
  }

  /** As soon as its last answer is complete. */
  private void close(HttpConnection connection) {
    if (connections.contains(connection)) {
      connection.goAway(NO_ERROR);
      connection.shutdown(server.settings().stopWindow().toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
