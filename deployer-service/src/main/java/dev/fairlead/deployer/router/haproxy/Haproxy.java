package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.router.haproxy.AdminSocket.Worker;
import dev.fairlead.deployer.router.haproxy.AdminSocket.WorkerGone;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * HAProxy 2.6 or later. Servers are added, drained and removed over its admin socket, and a change
 * of one entry of its map moves the traffic: nothing is reloaded, so no connection is closed. What
 * the socket was told also stands in two files, for when HAProxy starts again.
 */
public final class Haproxy implements Proxy {

  private static final Duration POLL = Duration.ofMillis(50);

  private final HaproxySettings settings;
  private final AdminSocket socket;
  private final GeneratedFiles files;

  private Haproxy(HaproxySettings settings) {
    this.settings = settings;
    this.socket = new AdminSocket(settings.socket(), settings.patience());
    this.files = new GeneratedFiles(settings);
  }

  /**
   * HAProxy as the settings say. Its generated files are written if they are not there yet, because
   * HAProxy does not start without them.
   */
  public static Haproxy of(HaproxySettings settings) {
    Haproxy haproxy = new Haproxy(settings);
    haproxy.files.writeFirst();
    return haproxy;
  }

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.SWITCHES_AT_ONCE, Capability.FIGURES, Capability.LATENCIES);
  }

  @Override
  public void serve(List<BookedRoute> routes) throws InterruptedException {
    patiently(
        () -> {
          serveOnce(routes);
          return true;
        });
  }

  @Override
  public List<RouteState.Backend> observe(BookedRoute route) throws InterruptedException {
    return patiently(() -> new Observation(route, withLatencies(route, looks())).backends());
  }

  @Override
  public Reachability reachability() {
    AdminSocket once = new AdminSocket(settings.socket(), Duration.ZERO);
    try {
      return new Reachability.Reachable(
          "haproxy on %s, %d process(es)".formatted(settings.socket(), once.workers().size()));
    } catch (RouterFailure e) {
      return new Reachability.Unreachable(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reachability.Unreachable("asking haproxy was interrupted");
    }
  }

  private interface Conversation<T> {
    T hold() throws WorkerGone, InterruptedException;
  }

  /** Begins again when a worker ended meanwhile; it is not among the workers of the next try. */
  private <T> T patiently(Conversation<T> conversation) throws InterruptedException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (true) {
      try {
        return conversation.hold();
      } catch (WorkerGone e) {
        if (System.nanoTime() >= deadline) {
          throw new RouterFailure("haproxy's workers end again and again; look at its log", e);
        }
        Thread.sleep(POLL);
      }
    }
  }

  /** What a worker does at the moment. */
  record Look(Worker worker, Statistics statistics, RoutesMap map) {

    Look with(Map<String, Map<String, Latencies>> latencies) {
      return new Look(worker, statistics.with(latencies), map);
    }
  }

  private void serveOnce(List<BookedRoute> routes) throws WorkerGone, InterruptedException {
    List<Look> looks = looks();
    if (lacksPool(looks)) {
      files.write(wanted(routes, looks));
      reload(looks);
      looks = looks();
    }
    Wanted wanted = wanted(routes, looks);
    files.write(wanted);
    for (Look look : looks) {
      for (String command :
          Changes.of(look.statistics(), look.map(), wanted, settings.map().toString())) {
        socket.ask(look.worker(), command);
      }
    }
  }

  /** Only for the instances of one route, because each slot has to be asked on its own. */
  private List<Look> withLatencies(BookedRoute route, List<Look> looks)
      throws WorkerGone, InterruptedException {
    Set<String> names =
        Stream.concat(route.spec().backends().stream(), route.leaving().stream())
            .map(backend -> backend.instance().value())
            .collect(Collectors.toSet());
    List<Look> timed = new ArrayList<>();
    for (Look look : looks) {
      Map<String, Map<String, Latencies>> bySlot = new HashMap<>();
      for (Server server : look.statistics().servers()) {
        if (names.contains(server.name()) && !bySlot.containsKey(server.slot())) {
          String table = socket.ask(look.worker(), "show table " + server.slot());
          bySlot.put(server.slot(), Stopwatch.parse(table));
        }
      }
      timed.add(look.with(bySlot));
    }
    return timed;
  }

  private boolean lacksPool(List<Look> looks) {
    return !looks.getFirst().statistics().slots().containsAll(Slots.all(settings.slots()));
  }

  private Wanted wanted(List<BookedRoute> routes, List<Look> looks) {
    Set<String> occupied = new HashSet<>();
    Set<String> busy = new HashSet<>();
    for (Look look : looks) {
      for (Server server : look.statistics().servers()) {
        occupied.add(server.slot());
        if (!server.idle()) {
          busy.add(server.slot());
        }
      }
    }
    return Wanted.of(
        routes,
        Slots.allot(
            routes, looks.getFirst().map().slots(routes), occupied, busy, settings.slots()));
  }

  private List<Look> looks() throws WorkerGone, InterruptedException {
    List<Look> looks = new ArrayList<>();
    for (Worker worker : socket.workers()) {
      looks.add(
          new Look(
              worker,
              Statistics.parse(socket.ask(worker, "show stat")),
              RoutesMap.parse(socket.ask(worker, "show map " + settings.map()))));
    }
    if (looks.isEmpty()) {
      throw new WorkerGone();
    }
    return looks;
  }

  private void reload(List<Look> before) throws WorkerGone, InterruptedException {
    if (settings.reload().isPresent()) {
      ProxyCommand.Ended ended = settings.reload().get().run();
      if (!ended.successful()) {
        throw new RouterFailure(
            "'%s' failed: %s".formatted(settings.reload().get(), ended.output()));
      }
    } else {
      socket.reload();
    }
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (lacksPool(looks())) {
      if (System.nanoTime() >= deadline) {
        throw new RouterFailure(
            "haproxy does not have %s after a reload; start it with '-f %s' after its own configuration"
                .formatted(Slots.all(settings.slots()).getLast(), settings.configuration()));
      }
      Thread.sleep(POLL);
    }
  }
}
