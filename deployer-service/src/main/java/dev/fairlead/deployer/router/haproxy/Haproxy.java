package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.router.haproxy.AdminSocket.Worker;
import dev.fairlead.deployer.router.haproxy.AdminSocket.WorkerGone;
import dev.fairlead.deployer.runtime.Reachability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * HAProxy 2.6 or later. Servers are added, drained and removed over its admin socket, and a change
 * of one entry of its map moves the traffic: nothing is reloaded, so no connection is closed. What
 * the socket was told also stands in two files, for when HAProxy starts again.
 */
public final class Haproxy implements Proxy {

  private static final Duration POLL = Duration.ofMillis(50);

  private final HaproxySettings settings;
  private final AdminSocket socket;

  private Haproxy(HaproxySettings settings) {
    this.settings = settings;
    this.socket = new AdminSocket(settings.socket(), settings.patience());
  }

  /**
   * HAProxy as the settings say. Its generated files are written if they are not there yet, because
   * HAProxy does not start without them.
   */
  public static Haproxy of(HaproxySettings settings) {
    Haproxy haproxy = new Haproxy(settings);
    haproxy.writeFirstFiles();
    return haproxy;
  }

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.SWITCHES_AT_ONCE, Capability.FIGURES);
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
    return patiently(() -> new Observation(route, looks()).backends());
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
  record Look(Worker worker, Statistics statistics, RoutesMap map) {}

  private void serveOnce(List<BookedRoute> routes) throws WorkerGone, InterruptedException {
    List<Look> looks = looks();
    if (lacksPool(looks)) {
      writeFiles(wanted(routes, looks));
      reload(looks);
      looks = looks();
    }
    Wanted wanted = wanted(routes, looks);
    writeFiles(wanted);
    for (Look look : looks) {
      for (String command :
          Changes.of(look.statistics(), look.map(), wanted, settings.map().toString())) {
        socket.ask(look.worker(), command);
      }
    }
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

  /** HAProxy's own check sees the file before HAProxy does. */
  private void writeFiles(Wanted wanted) throws InterruptedException {
    Path candidate = Durable.temporaryBeside(settings.configuration());
    try {
      Files.writeString(candidate, Configuration.render(wanted, settings.slots()));
      ProxyCommand check = settings.check().of(candidate);
      ProxyCommand.Ended ended = check.run();
      if (!ended.successful()) {
        throw new Refused("'%s' failed: %s".formatted(check, ended.output()));
      }
      write(wanted);
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      try {
        Files.deleteIfExists(candidate);
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }

  private void write(Wanted wanted) throws IOException {
    Durable.write(settings.configuration(), bytes(Configuration.render(wanted, settings.slots())));
    Durable.write(settings.map(), bytes(wanted.map().file()));
  }

  private void writeFirstFiles() {
    try {
      Files.createDirectories(settings.folder());
      if (Files.notExists(settings.configuration()) || Files.notExists(settings.map())) {
        write(new Wanted(new RoutesMap(Map.of()), Map.of()));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private RouterFailure unwritable(IOException e) {
    return new RouterFailure(
        "haproxy's files cannot be written to %s: %s; give the deployer the right to write there"
            .formatted(settings.folder(), e.getMessage()),
        e);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
