package dev.fairlead.edge;

import dev.fairlead.edge.admin.Changes;
import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.takeover.ListeningSockets;
import dev.fairlead.edge.takeover.Successor;
import dev.fairlead.edge.traffic.Counters;
import dev.fairlead.edge.traffic.TrafficPorts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** How a proxy leaves when another one takes over. */
final class Leaving implements Successor.Leaver {
  private static final System.Logger LOG = System.getLogger(Leaving.class.getName());
  private static final long LOOK_MILLIS = 20;
  private static final long READ_AGAIN_MILLIS = 500;

  /** Once a minute. */
  private static final int TRIES_UNTIL_TOLD = 120;

  private final EdgeProxy proxy;
  private final EdgeSettings settings;
  private final RoutingTable routes;
  private final Changes changes;
  private final Counters counters;
  private final TrafficPorts ports;
  private final ListeningSockets sockets;

  Leaving(
      EdgeProxy proxy,
      EdgeSettings settings,
      RoutingTable routes,
      Changes changes,
      Counters counters,
      TrafficPorts ports,
      ListeningSockets sockets) {
    this.proxy = proxy;
    this.settings = settings;
    this.routes = routes;
    this.changes = changes;
    this.counters = counters;
    this.ports = ports;
    this.sockets = sockets;
  }

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
  public void stay(boolean served) {
    if (served) {
      Thread.ofPlatform().daemon().name("stay").start(this::goOnWhereItEnded);
    } else {
      changes.resume();
    }
  }

  /** What it has saved must not be overwritten by what is known here. */
  private void goOnWhereItEnded() {
    try {
      for (int tries = 0; !changes.takeBack(); tries++) {
        if (tries % TRIES_UNTIL_TOLD == 0) {
          LOG.log(
              System.Logger.Level.ERROR,
              "state=unreadable file={0} of=the proxy that has ended next=serve the routes of"
                  + " before, change none until it can be read; correct or remove it",
              settings.stateFile());
        }
        Thread.sleep(READ_AGAIN_MILLIS);
      }
      changes.resume();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
    proxy.leaveState();
    // with its kept connections: what they ask is for the other proxy
    proxy.closeAdmin();
    Thread.ofPlatform().daemon().name("follow").start(this::followSuccessor);
    routes.farewell(settings.stopWindow().dividedBy(3));
    // connections end with their next answer; those that ask nothing more are closed at last
    await(() -> counters.connections().sum() == 0, settings.stopWindow().dividedBy(2));
    // it has guests of its own, and the successor hears of them from this one only
    await(() -> !proxy.hasPredecessor(), settings.stopWindow().multipliedBy(2));
    proxy.close();
  }

  /** Until its last guest has gone and the process with it. */
  private void followSuccessor() {
    try {
      while (!proxy.hasEnded()) {
        changes.catchUp();
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(BooleanSupplier reached, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (!reached.getAsBoolean() && System.nanoTime() - end < 0) {
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
    return settings.sockets().stream().map(ListeningSockets.Wanted::name).toList();
  }

  @Override
  public List<RouteStatus> routes() {
    return routes.all().stream().map(Route::status).toList();
  }
}
