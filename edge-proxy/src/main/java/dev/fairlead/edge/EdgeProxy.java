package dev.fairlead.edge;

import dev.fairlead.edge.access.AccessLog;
import dev.fairlead.edge.admin.AdminServer;
import dev.fairlead.edge.admin.Changes;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.StateFile;
import dev.fairlead.edge.state.StateLock;
import dev.fairlead.edge.state.StateTaken;
import dev.fairlead.edge.takeover.ListeningSockets;
import dev.fairlead.edge.takeover.Predecessor;
import dev.fairlead.edge.takeover.Successor;
import dev.fairlead.edge.traffic.Counters;
import dev.fairlead.edge.traffic.TrafficPorts;
import dev.fairlead.edge.traffic.TrafficServer;
import io.netty.channel.EventLoop;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The edge proxy as a process: settings in, ports out, routes kept in a file. */
public final class EdgeProxy implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EdgeProxy.class.getName());
  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

  /**
   * With another one that takes over just now, or stops; that takes milliseconds, unless it stalls.
   */
  private static final Duration TURN = Duration.ofSeconds(5);

  private final EdgeSettings settings;
  private final StateLock stateLock;
  private final ListeningSockets sockets = new ListeningSockets();
  private final Vertx vertx;
  private final RoutingTable routes = new RoutingTable();
  private final Changes changes;
  private final Counters counters = new Counters();
  private final Optional<AccessLog> accessLog;
  private final Optional<Successor> successor;
  private final TrafficPorts ports = new TrafficPorts();
  private final AtomicInteger adminPort = new AtomicInteger();
  private final CompletableFuture<String> givenUp = new CompletableFuture<>();
  private volatile String admin = "";
  private volatile String traffic = "";
  private volatile Optional<Predecessor> predecessor = Optional.empty();
  private boolean closed;
  private boolean adminClosed;
  private volatile boolean ended;

  private EdgeProxy(EdgeSettings settings) throws IOException {
    this.settings = settings;
    this.stateLock = new StateLock(settings.stateFile());
    this.changes = new Changes(routes, new StateFile(settings.stateFile()));
    this.accessLog =
        settings.accessLog().isPresent()
            ? Optional.of(new AccessLog(settings.accessLog().get()))
            : Optional.empty();
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(settings.threads() + 1)
            .setWorkerPoolSize(2)
            .setInternalBlockingPoolSize(2);
    // Without epoll, outside Linux, it serves as well, but cannot be taken over.
    this.vertx =
        sockets.available()
            ? Vertx.builder().with(options).withTransport(sockets).build()
            : Vertx.vertx(options);
    this.successor =
        sockets.available()
            ? Optional.of(
                new Successor(
                    loop(),
                    sockets,
                    settings.stateFile(),
                    new Leaving(this, settings, routes, changes, counters, ports, sockets)))
            : Optional.empty();
  }

  public static void main(String[] args) {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
    try {
      EdgeProxy proxy = start(EdgeSettings.from(System.getenv()));
      Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "stop"));
      proxy.givenUp.thenAccept(EdgeProxy::exit);
    } catch (EdgeSettings.Invalid e) {
      exit(e.getMessage());
    } catch (StateTaken e) {
      exit("the edge proxy cannot start: " + e.getMessage());
    } catch (Exception e) {
      exit("the edge proxy cannot start: " + e);
    }
  }

  private static void exit(@Nullable String reason) {
    System.err.println(reason);
    System.exit(1);
  }

  /** Restores the routes, listens, and returns when all ports are open. */
  public static EdgeProxy start(EdgeSettings settings) throws IOException {
    EdgeProxy proxy = new EdgeProxy(settings);
    try {
      proxy.open();
      return proxy;
    } catch (IOException | RuntimeException e) {
      proxy.sockets.close();
      finished(proxy.vertx.close(), STOP_MARGIN);
      proxy.leaveState();
      throw e;
    }
  }

  /** All that can fail is done before the proxy that runs is relieved: until then it goes on. */
  private void open() throws IOException {
    stateLock.begin(TURN);
    if (settings.takeOver() && sockets.available()) {
      predecessor = Predecessor.find(loop(), settings.stateFile(), routes::elsewhere);
    }
    if (predecessor.isPresent()) {
      predecessor.get().giveSocketsTo(sockets, settings.sockets());
    } else {
      stateLock.take(settings.takeOver(), patience());
    }
    int restored = changes.restore();
    admin = sockets.holdingBack(() -> serveAdmin().await());
    traffic = serveTraffic().await();
    if (predecessor.isPresent()) {
      relieve(predecessor.get());
    } else if (successor.isPresent()) {
      successor.get().await();
    }
    sockets.admit();
    LOG.log(
        System.Logger.Level.INFO,
        "edge=listening bind={0} traffic={1} tls={2} admin={3} routes={4} state={5} took-over={6}",
        settings.bind(),
        Integer.toString(trafficPort()),
        Integer.toString(securePort()),
        Integer.toString(adminPort()),
        restored,
        settings.stateFile(),
        predecessor.isPresent());
  }

  /** With one that serves, or with one that finishes what it was asked, which nobody else knows. */
  private Duration patience() {
    boolean mayServe = !sockets.available() || Predecessor.hasDoor(settings.stateFile());
    return mayServe ? TURN : settings.stopWindow().plus(STOP_MARGIN).plus(TURN);
  }

  private void relieve(Predecessor former) throws IOException {
    changes.whenChanged(former::follow);
    boolean relieved = former.relieve();
    stateLock.takeAtLast();
    if (relieved) {
      successor.ifPresent(Successor::awaitAtLast);
    } else {
      // no daemon: with the last thread of another kind the process would end as if all were well
      former.whenRelieved(
          () -> Thread.ofPlatform().daemon(false).name("go-on").start(() -> goOnAfter(former)));
    }
  }

  /** It had stalled, and may have given up this one before it read that this one serves. */
  private void goOnAfter(Predecessor former) {
    if (former.hasGivenUp()) {
      LOG.log(System.Logger.Level.ERROR, "predecessor=stays next=stop, with status 1");
      close();
      givenUp.complete(
          "the edge proxy has stopped: the one that runs stays in charge, since it did not hear in"
              + " time that this one serves; start this one again");
    } else {
      successor.ifPresent(Successor::awaitAtLast);
    }
  }

  private Future<String> serveTraffic() {
    boolean free =
        settings.trafficPort() == 0 || settings.tls().filter(tls -> tls.port() == 0).isPresent();
    // A free port can only be chosen once: then one loop has to do.
    int loops = free ? 1 : settings.threads();
    return vertx.deployVerticle(
        () -> new TrafficServer(settings, routes, counters, accessLog, ports),
        new DeploymentOptions().setInstances(loops));
  }

  private Future<String> serveAdmin() {
    return vertx.deployVerticle(
        new AdminServer(
            settings,
            routes,
            changes,
            counters,
            () -> accessLog.map(AccessLog::dropped).orElse(0L),
            adminPort::set));
  }

  /** What it took over from still runs. */
  boolean hasPredecessor() {
    return predecessor.filter(former -> !former.isGone()).isPresent();
  }

  boolean hasEnded() {
    return ended;
  }

  private EventLoop loop() {
    return ((VertxInternal) vertx).nettyEventLoopGroup().next();
  }

  public int trafficPort() {
    return ports.plain().get();
  }

  /** 0 where HTTPS is not served. */
  public int securePort() {
    return ports.secure().get();
  }

  public int adminPort() {
    return adminPort.get();
  }

  /**
   * Takes no new connections, says goodbye to long ones, lets requests finish within the window.
   * Another proxy may take its routes after that.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    LOG.log(
        System.Logger.Level.INFO,
        "edge=stopping window={0}s next=finish requests",
        settings.stopWindow().toSeconds());
    successor.ifPresent(Successor::close); // else it would open a door in place of the other's
    Optional<Predecessor> inCharge = predecessor.filter(Predecessor::staysInCharge);
    sockets.close();
    closeAdmin();
    changes.end();
    if (inCharge.isPresent()) {
      leaveState();
      inCharge.get().leave();
    }
    routes.farewell(settings.stopWindow().dividedBy(3));
    finished(vertx.undeploy(traffic), settings.stopWindow().plus(STOP_MARGIN));
    // not before: the next one would not know what is still under way here
    leaveState();
    successor.ifPresent(Successor::hangUp);
    finished(vertx.close(), STOP_MARGIN);
    accessLog.ifPresent(EdgeProxy::finish);
    ended = true;
  }

  /** This proxy changes no routes any more: another one may. */
  void leaveState() {
    stateLock.close();
  }

  synchronized void closeAdmin() {
    if (!adminClosed) {
      adminClosed = true;
      finished(vertx.undeploy(admin), STOP_MARGIN);
    }
  }

  private static void finish(AccessLog log) {
    try {
      log.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "access-log=incomplete reason=\"{0}\"", e);
    }
  }

  private static void finished(Future<?> closing, Duration atMost) {
    try {
      closing
          .toCompletionStage()
          .toCompletableFuture()
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(System.Logger.Level.WARNING, "edge=stopped reason=\"{0}\"", String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
