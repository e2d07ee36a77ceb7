package dev.fairlead.edge;

import dev.fairlead.edge.admin.AdminServer;
import dev.fairlead.edge.admin.Changes;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.StateFile;
import dev.fairlead.edge.traffic.Counters;
import dev.fairlead.edge.traffic.TrafficServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The edge proxy as a process: settings in, two ports out, routes kept in a file. */
public final class EdgeProxy implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EdgeProxy.class.getName());
  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

  private final EdgeSettings settings;
  private final Vertx vertx;
  private final RoutingTable routes = new RoutingTable();
  private final AtomicInteger trafficPort = new AtomicInteger();
  private final AtomicInteger adminPort = new AtomicInteger();

  private EdgeProxy(EdgeSettings settings) {
    this.settings = settings;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true) // epoll on Linux; NIO elsewhere
                .setEventLoopPoolSize(settings.threads() + 1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2));
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

  private static void exit(@org.jspecify.annotations.Nullable String reason) {
    System.err.println(reason);
    System.exit(1);
  }

  /** Restores the routes, listens, and returns when both ports are open. */
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
    Changes changes = new Changes(routes, new StateFile(settings.stateFile()));
    int restored = changes.restore();
    Counters counters = new Counters();
    // A free port can only be chosen once: then one loop has to do.
    int loops = settings.trafficPort() == 0 ? 1 : settings.threads();
    Future<?> traffic =
        vertx.deployVerticle(
            () -> new TrafficServer(settings, routes, counters, trafficPort::set),
            new DeploymentOptions().setInstances(loops));
    Future<?> admin =
        vertx.deployVerticle(new AdminServer(settings, routes, changes, counters, adminPort::set));
    Future.all(traffic, admin).await();
    LOG.log(
        System.Logger.Level.INFO,
        "edge=listening bind={0} traffic={1} admin={2} routes={3} state={4}",
        settings.bind(),
        Integer.toString(trafficPort()),
        Integer.toString(adminPort()),
        restored,
        settings.stateFile());
  }

  public int trafficPort() {
    return trafficPort.get();
  }

  public int adminPort() {
    return adminPort.get();
  }

  /**
   * Takes no new connections, says goodbye to long ones, lets requests finish within the window.
   */
  @Override
  public void close() {
    LOG.log(
        System.Logger.Level.INFO,
        "edge=stopping window={0}s next=finish requests",
        settings.stopWindow().toSeconds());
    routes.farewell(settings.stopWindow().dividedBy(3));
    finished(vertx.close(), settings.stopWindow().plus(STOP_MARGIN));
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
