package dev.fairlead.edge.traffic;

import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.edge.connection.Connections;
import dev.fairlead.edge.routing.Claim;
import dev.fairlead.edge.routing.RoutingTable;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop of the traffic port; all loops listen on the same port and share the routes. */
public final class TrafficServer extends VerticleBase {
  private static final System.Logger LOG = System.getLogger("dev.fairlead.edge.access");

  static final int MOST_HEADER_BYTES = 32 * 1024;

  /** A connection without a request for this long is closed; also one that never completes one. */
  private static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();

  private static final long SWEEP_MILLIS = 500;

  /** Requests of one loop that may wait at once for an instance to come back. */
  private static final int MOST_WAITING = 1_000;

  private final EdgeSettings settings;
  private final RoutingTable routes;
  private final Counters counters;
  private final IntConsumer whenListening;

  private final Map<HttpConnection, Visit> visits = new IdentityHashMap<>();
  private final LinkedHashSet<Exchange> awaitingAnswer = new LinkedHashSet<>();
  private int waiting;

  @SuppressWarnings("NullAway.Init") // start() sets both before any use
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  private EventLoop loop;

  @SuppressWarnings("NullAway.Init")
  private Connections connections;

  public TrafficServer(
      EdgeSettings settings, RoutingTable routes, Counters counters, IntConsumer whenListening) {
    this.settings = settings;
    this.routes = routes;
    this.counters = counters;
    this.whenListening = whenListening;
  }

  @Override
  public Future<?> start() {
    loop = ((ContextInternal) context).nettyEventLoop();
    connections = new Connections((ContextInternal) context, MOST_HEADER_BYTES);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.bind())
            .setPort(settings.trafficPort())
            .setTcpNoDelay(true)
            .setAcceptBacklog(4_096)
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false) // their bytes pass as they are
            .setPerMessageWebSocketCompressionSupported(false)
            .setMaxHeaderSize(MOST_HEADER_BYTES)
            .setMaxInitialLineLength(MOST_HEADER_BYTES);
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::welcome)
            .requestHandler(this::exchange);
    vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    return server.listen().onSuccess(listening -> whenListening.accept(listening.actualPort()));
  }

  /** Accepts nothing new, lets requests finish within the window. */
  @Override
  public Future<?> stop() {
    return server.shutdown(settings.stopWindow().toMillis(), TimeUnit.MILLISECONDS);
  }

  EdgeSettings settings() {
    return settings;
  }

  RoutingTable routes() {
    return routes;
  }

  Counters counters() {
    return counters;
  }

  Connections connections() {
    return connections;
  }

  EventLoop loop() {
    return loop;
  }

  ScheduledFuture<?> after(long millis, Runnable action) {
    return loop.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  void awaitAnswer(Exchange exchange) {
    awaitingAnswer.add(exchange);
  }

  void answerCame(Exchange exchange) {
    awaitingAnswer.remove(exchange);
  }

  private void welcome(HttpConnection connection) {
    counters.connections().increment();
    visits.put(connection, new Visit());
    connection.closeHandler(
        ignored -> {
          visits.remove(connection);
          counters.connections().decrement();
        });
  }

  private void exchange(HttpServerRequest request) {
    Visit visit = visits.get(request.connection());
    if (visit != null) {
      visit.busy = true;
      request.response().endHandler(ignored -> visit.rest());
    }
    try {
      new Exchange(this, request, Target.of(request)).begin();
    } catch (Target.Unacceptable e) {
      counters.refusals().increment();
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Problem.send(request.response(), e.status(), e.getMessage())
          .onComplete(ignored -> request.connection().close());
    }
  }

  /** Few enough requests wait for an instance to come back that one more does no harm. */
  boolean mayWait() {
    return waiting < MOST_WAITING;
  }

  void waits() {
    waiting++;
  }

  void waitedEnough() {
    waiting--;
  }

  /** One line of the access log. */
  void tell(HttpServerRequest request, int status, @Nullable Claim claim, long startNanos) {
    if (settings.accessLog()) {
      LOG.log(
          System.Logger.Level.INFO,
          "client=%s method=%s host=%s uri=%s status=%d millis=%d instance=\"%s\""
              .formatted(
                  request.remoteAddress().hostAddress(),
                  request.method(),
                  request.getHeader(HttpHeaders.HOST),
                  request.uri(),
                  status,
                  (System.nanoTime() - startNanos) / 1_000_000,
                  claim == null ? "-" : claim.name()));
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    connections.sweep();
    while (!awaitingAnswer.isEmpty() && awaitingAnswer.getFirst().isOverdue(now)) {
      awaitingAnswer.removeFirst().giveUp();
    }
    for (var entry : Map.copyOf(visits).entrySet()) {
      Visit visit = entry.getValue();
      if (!visit.busy && now - visit.idleSinceNanos > IDLE_NANOS) {
        entry.getKey().close();
      }
    }
  }

  /** What a client's connection is doing. */
  private static final class Visit {
    private boolean busy;
    private long idleSinceNanos = System.nanoTime();

    private void rest() {
      busy = false;
      idleSinceNanos = System.nanoTime();
    }
  }
}
