package dev.fairlead.edge;

import dev.fairlead.edge.access.AccessLog;
import dev.fairlead.edge.admin.AdminServer;
import dev.fairlead.edge.admin.Changes;
import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.StateFile;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The edge proxy as a process: settings in, ports out, routes kept in a file. */
public final class EdgeProxy implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EdgeProxy.class.getName());
  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 20;

  private final EdgeSettings settings;
  private final ListeningSockets sockets = new ListeningSockets();
  private final Vertx vertx;
  private final RoutingTable routes = new RoutingTable();
  private final Changes changes;
  private final Counters counters = new Counters();
  private final Optional<AccessLog> accessLog;
  private final Optional<Successor> successor;
  private final TrafficPorts ports = new TrafficPorts();
  private final AtomicInteger adminPort = new AtomicInteger();
  private volatile String admin = "";
  private boolean closed;
  private volatile boolean ended;

  private EdgeProxy(EdgeSettings settings) throws IOException {
    this.settings = settings;
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
            ? Optional.of(new Successor(loop(), sockets, new Leaving()))
            : Optional.empty();
  }

  public static void main(String[] args) {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
    try {
      EdgeProxy proxy = start(EdgeSettings.from(System.getenv()));
      Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "stop"));
    } catch (EdgeSettings.Invalid e) {
      exit(e.getMessage());
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
      finished(proxy.vertx.close(), STOP_MARGIN);
      throw e;
    }
  }

  private void open() throws IOException {
    Optional<Predecessor> predecessor =
        settings.takeOver() && sockets.available()
            ? Predecessor.find(loop(), settings.stateFile(), routes::elsewhere)
            : Optional.empty();
    if (predecessor.isPresent()) {
      predecessor.get().giveSocketsTo(sockets, socketNames());
    }
    int restored = changes.restore();
    serveTraffic().await();
    if (predecessor.isPresent()) {
      predecessor.get().relieve();
      changes.whenChanged(predecessor.get()::follow);
    }
    admin = serveAdmin().await();
    if (successor.isPresent()) {
      successor.get().await(settings.stateFile());
    }
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

  private Future<?> serveTraffic() {
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

  /** In the order of their opening. */
  private List<String> socketNames() {
    List<String> names = new ArrayList<>(List.of("plain"));
    settings.tls().ifPresent(ignored -> names.add("secure"));
    names.add("admin");
    return names;
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
    successor.ifPresent(Successor::close);
    routes.farewell(settings.stopWindow().dividedBy(3));
    finished(vertx.close(), settings.stopWindow().plus(STOP_MARGIN));
    accessLog.ifPresent(EdgeProxy::finish);
    ended = true;
  }

  private synchronized void closeAdmin() {
    if (!closed) {
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

  /** How this proxy leaves when another one takes over. */
  private final class Leaving implements Successor.Leaver {
    @Override
    public String prepare() {
      Optional<Route> held = routes.all().stream().filter(r -> r.hold().isPresent()).findFirst();
      if (held.isPresent()) {
        return "route %s is held, and its requests wait here; try again after its release"
            .formatted(held.get().definition().name());
      }
      return changes.pause() ? "" : "a route is being changed; try again";
    }

    @Override
    public void stay() {
      changes.resume();
    }

    @Override
    public void leave() {
      Thread.ofPlatform().name("leave").start(this::sayGoodbye);
    }

    /** Nothing is closed that could still be handed a connection: first the sockets. */
    private void sayGoodbye() {
      ports.departure().begin();
      sockets.close();
      changes.endForGood();
      // with its kept connections: what they ask is for the other proxy
      closeAdmin();
      Thread.ofPlatform().daemon().name("follow").start(this::followSuccessor);
      routes.farewell(settings.stopWindow().dividedBy(3));
      awaitGuests();
      close();
    }

    /** Until its last guest has gone and the process with it. */
    private void followSuccessor() {
      try {
        while (!ended) {
          changes.catchUp();
          Thread.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Connections end with their next answer; those that ask nothing more are closed at last. */
    private void awaitGuests() {
      long end = System.nanoTime() + settings.stopWindow().dividedBy(2).toNanos();
      try {
        while (counters.connections().sum() > 0 && System.nanoTime() - end < 0) {
          Thread.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean follow() {
      return changes.follow();
    }

    @Override
    public List<String> sockets() {
      return socketNames();
    }

    @Override
    public List<RouteStatus> routes() {
      return routes.all().stream().map(Route::status).toList();
    }
  }
}
