package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Instance;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Connections to instances, of one event loop. A request that may be repeated takes a kept
 * connection; one that may not gets a connection of its own, because on a kept one it could meet an
 * instance that is just closing it, and nobody could tell whether it was processed.
 */
final class Instances {
  private static final int CONNECT_MILLIS = 2_000;

  /** Shorter than the idle timeouts of usual servers, so that it is us who close. */
  private static final int KEPT_SECONDS = 4;

  private static final int MOST_CONNECTIONS = 20_000;

  private final Vertx vertx;
  private final Map<Instance, Clients> clients = new HashMap<>();

  Instances(Vertx vertx) {
    this.vertx = vertx;
  }

  HttpClient keptConnections(Instance instance) {
    return of(instance).kept();
  }

  HttpClient freshConnections(Instance instance) {
    return of(instance).fresh();
  }

  /** Closes the idle connections to instances that are gone. */
  void sweep() {
    for (Iterator<Map.Entry<Instance, Clients>> all = clients.entrySet().iterator();
        all.hasNext(); ) {
      var entry = all.next();
      if (entry.getKey().isGone()) {
        all.remove();
        entry.getValue().kept().close();
        entry.getValue().fresh().close();
      }
    }
  }

  private Clients of(Instance instance) {
    return clients.computeIfAbsent(instance, ignored -> new Clients(client(true), client(false)));
  }

  private HttpClient client(boolean keepAlive) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAlive(keepAlive)
            .setKeepAliveTimeout(KEPT_SECONDS)
            .setConnectTimeout(CONNECT_MILLIS)
            .setTcpNoDelay(true)
            .setMaxHeaderSize(TrafficServer.MOST_HEADER_BYTES)
            .setMaxInitialLineLength(TrafficServer.MOST_HEADER_BYTES);
    PoolOptions pool = new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS);
    return vertx.httpClientBuilder().with(options).with(pool).build();
  }

  private record Clients(HttpClient kept, HttpClient fresh) {}
}
