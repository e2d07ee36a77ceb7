package dev.fairlead.edge.traffic;

import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.edge.access.AccessEntry;
import dev.fairlead.edge.access.AccessLog;
import dev.fairlead.edge.connection.Connections;
import dev.fairlead.edge.routing.Claim;
import dev.fairlead.edge.routing.RoutingTable;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop of the traffic ports; all loops listen on the same ports and share the routes. */
public final class TrafficServer extends VerticleBase {
  static final int MOST_HEADER_BYTES = 32 * 1024;

  private static final long SWEEP_MILLIS = 500;

  /** Requests of one loop that may wait at once for an instance to come back. */
  private static final int MOST_WAITING = 1_000;

  private final EdgeSettings settings;
  private final RoutingTable routes;
  private final Counters counters;
  private final Optional<AccessLog> accessLog;
  private final TrafficPorts ports;
  private final Visits visits;
  private final Multiplexed multiplexed = new Multiplexed(this);
  private final Deadlines answers;
  private final Deadlines clients;
  private int waiting;

  @SuppressWarnings("NullAway.Init") // start() sets all three before any use
  private Listeners listeners;

  @SuppressWarnings("NullAway.Init")
  private EventLoop loop;

  @SuppressWarnings("NullAway.Init")
  private Connections connections;

  public TrafficServer(
      EdgeSettings settings,
      RoutingTable routes,
      Counters counters,
      Optional<AccessLog> accessLog,
      TrafficPorts ports) {
    this.settings = settings;
    this.routes = routes;
    this.counters = counters;
    this.accessLog = accessLog;
    this.ports = ports;
    this.visits = new Visits(settings.clients().timeout());
    this.answers = new Deadlines(settings.answerTimeout());
    this.clients = new Deadlines(settings.clients().timeout());
  }

  @Override
  public Future<?> start() {
    loop = ((ContextInternal) context).nettyEventLoop();
    connections = new Connections((ContextInternal) context, MOST_HEADER_BYTES);
    listeners = new Listeners(vertx, settings, ports);
    vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    ports.departure().whenItBegins(() -> loop.execute(multiplexed::sendAway));
    return listeners.open(this::welcome, this::exchange);
  }

  @Override
  public Future<?> stop() {
    return listeners.close();
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

  /** Instances that are to answer. */
  Deadlines answers() {
    return answers;
  }

  /** Clients that are to send or to take something. */
  Deadlines clients() {
    return clients;
  }

  private void welcome(HttpConnection connection) {
    counters.connections().increment();
    visits.begin(connection);
    StreamWaker.join(connection);
    connection.closeHandler(
        ignored -> {
          visits.end(connection);
          multiplexed.end(connection);
          counters.connections().decrement();
        });
    if (counters.connections().sum() > settings.clients().mostConnections()) {
      counters.refusals().increment();
      connection.close();
    }
  }

  private void exchange(HttpServerRequest request) {
    Runnable whenAnswered = visits.request(request.connection());
    request.response().endHandler(ignored -> whenAnswered.run());
    if (request.version() == HttpVersion.HTTP_2) {
      multiplexed.request(request.connection());
    } else if (ports.departure().hasBegun()) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      request.response().endHandler(ignored -> leave(request, whenAnswered));
    }
    try {
      Target target = Target.of(request);
      if (!request.isSSL() && settings.tls().filter(EdgeSettings.Tls::only).isPresent()) {
        redirect(request, target);
      } else {
        new Exchange(this, request, target).begin();
      }
    } catch (Target.Unacceptable e) {
      counters.refusals().increment();
      if (request.version() != HttpVersion.HTTP_2) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      Problem.send(request.response(), e.status(), e.getMessage())
          .onComplete(ignored -> request.connection().close());
    }
  }

  private static void leave(HttpServerRequest request, Runnable whenAnswered) {
    whenAnswered.run();
    request.connection().close();
  }

  /** 308: the method and the body stay. */
  private void redirect(HttpServerRequest request, Target target) {
    int port = ports.secure().get();
    String where = "https://" + target.host() + (port == 443 ? "" : ":" + port) + target.uri();
    request.response().putHeader(HttpHeaders.LOCATION, where);
    Problem.send(request.response(), 308, "this is served at " + where + " only");
    Upload.discard(request);
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
    accessLog.ifPresent(log -> log.add(entry(log, request, status, claim, startNanos)));
  }

  private static AccessEntry entry(
      AccessLog log, HttpServerRequest request, int status, @Nullable Claim claim, long start) {
    boolean queries = log.settings().queries();
    return new AccessEntry(
        Instant.now().toString(),
        request.remoteAddress().hostAddress(),
        request.method().name(),
        request.authority() == null ? null : request.authority().toString(),
        String.valueOf(queries ? request.uri() : request.path()),
        request.version().alpnName(),
        status,
        (System.nanoTime() - start) / 1_000 / 1_000.0,
        request.response().bytesWritten(),
        claim == null ? null : claim.routeName(),
        claim == null ? null : claim.instance().id(),
        claim == null ? null : claim.release(),
        request.getHeader(HttpHeaders.USER_AGENT));
  }

  private void sweep() {
    connections.sweep();
    answers.enforce();
    clients.enforce();
    visits.closeIdle();
  }
}
