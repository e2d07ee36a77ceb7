package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.FullDisk;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Connections;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Reachability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * nginx 1.22 or later on this Linux host. It cannot be commanded but by a file and a reload; it is
 * asked afterwards which file it runs. Requests in flight are the connections that its workers hold
 * to an instance: it keeps none in reserve.
 */
public final class Nginx implements Proxy {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration LONGEST_CHANGE = Duration.ofHours(1);

  /**
   * An old worker that is still reading the head of a request will send it to the old set. After
   * this long it holds nothing but requests it has sent, and long connections.
   */
  private static final Duration READING_HEADS = Duration.ofSeconds(5);

  private final NginxSettings settings;
  private final Clock clock;
  private final Processes processes;
  private final Reserve reserve;
  private final StatusPage status;
  private final Optional<RequestLog> log;

  /**
   * The time of the file that is known to be that of the reload by which nginx runs it. The file
   * has another time once another deployer has written it.
   */
  private volatile @Nullable Instant sureOf;

  private Nginx(NginxSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.processes = new Processes(settings.pidFile());
    this.reserve = Reserve.ofChanges(settings.folder().resolve(".reserve"), 1);
    Durable.deleteLeftoversOf(settings.http(), LONGEST_CHANGE);
    this.status = new StatusPage(settings.status(), settings.patience());
    this.log = settings.log().map(RequestLog::new);
  }

  /** nginx as the settings say. Its generated files are written if they are not there yet. */
  public static Nginx of(NginxSettings settings, Clock clock) {
    Nginx nginx = new Nginx(settings, clock);
    nginx.writeFirstFiles();
    return nginx;
  }

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public Set<Capability> capabilities() {
    return log.isPresent()
        ? EnumSet.of(Capability.FIGURES, Capability.LATENCIES)
        : EnumSet.noneOf(Capability.class);
  }

  @Override
  public void serve(List<BookedRoute> routes) throws InterruptedException {
    Configuration.Generated wanted = Configuration.http(routes, settings);
    if (wanted.text().equals(written()) && status.runs(wanted.generation())) {
      tookEffect();
      return;
    }
    sureOf = null;
    write(wanted.text());
    Set<Long> before = new HashSet<>(processes.workers());
    // should this deployer be killed meanwhile, others wait longer than needed
    reloaded(clock.instant().plus(settings.patience()));
    reload();
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (!status.runs(wanted.generation())
        || before.stream().anyMatch(processes.workers()::contains)) {
      if (System.nanoTime() >= deadline) {
        throw new RouterFailure(
            "nginx does not run the new %s %d s after '%s'; look at its error log"
                .formatted(settings.http(), settings.patience().toSeconds(), settings.reload()));
      }
      Thread.sleep(POLL);
    }
    reloaded(clock.instant());
    sureOf = reloaded();
  }

  /** By a reload that this deployer has not seen end, such as one after its patience. */
  private void tookEffect() {
    if (!reloaded().equals(sureOf) && !processes.oldWorkers().isEmpty()) {
      reloaded(clock.instant());
    }
    sureOf = reloaded();
  }

  @Override
  public List<RouteState.Backend> observe(BookedRoute route) throws InterruptedException {
    boolean asTold = written().contains(status.generation());
    List<Address> addresses = route.addresses();
    Connections open =
        processes.any().map(pid -> Connections.of(pid, addresses)).orElseGet(Connections::none);
    List<RouteState.Backend> backends = new ArrayList<>();
    for (RouteSpec.Backend backend : route.spec().backends()) {
      backends.add(
          state(backend, asTold ? Traffic.SERVING : Traffic.DRAINING, open.to(backend.address())));
    }
    boolean mayStillCome = !asTold || oldWorkersReadHeads();
    for (RouteSpec.Backend backend : route.leaving()) {
      int inFlight = Math.max(open.to(backend.address()), mayStillCome ? 1 : 0);
      backends.add(state(backend, Traffic.DRAINING, inFlight));
    }
    return backends;
  }

  @Override
  public Reachability reachability() {
    try {
      String generation = status.ask();
      return new Reachability.Reachable(
          "nginx with generation %s of %s".formatted(generation, settings.http()));
    } catch (IOException e) {
      return new Reachability.Unreachable(
          "nginx does not answer on %s: %s; start it with %s in its http block"
              .formatted(settings.status(), e.getMessage(), settings.http()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reachability.Unreachable("asking nginx was interrupted");
    }
  }

  private RouteState.Backend state(RouteSpec.Backend backend, Traffic traffic, int inFlight) {
    Figures counted = log.map(lines -> lines.at(backend.address().toString())).orElse(Figures.NONE);
    return new RouteState.Backend(
        backend.instance(),
        backend.address(),
        backend.weight(),
        backend.release(),
        traffic,
        new Figures(inFlight, counted.requests(), counted.errors(), counted.latencies()));
  }

  private boolean oldWorkersReadHeads() {
    return !processes.oldWorkers().isEmpty()
        && reloaded().plus(READING_HEADS).isAfter(clock.instant());
  }

  /** Kept as the time of the file, where every deployer finds it, and which needs no room. */
  private void reloaded(Instant when) {
    try {
      Files.setLastModifiedTime(settings.http(), FileTime.from(when));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Instant reloaded() {
    try {
      return Files.getLastModifiedTime(settings.http()).toInstant();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** nginx's own check reads the file where it is; the old one is put back if it is not sound. */
  private void write(String text) throws InterruptedException {
    String before = written();
    Path kept = Durable.temporaryBeside(settings.http());
    boolean linked = linked(kept);
    try {
      reserve.write(settings.http(), bytes(text));
      ProxyCommand.Ended ended = settings.check().run();
      if (!ended.successful()) {
        if (linked) {
          Durable.publish(kept, settings.http());
        } else {
          reserve.write(settings.http(), bytes(before));
        }
        throw new Refused("'%s' failed: %s".formatted(settings.check(), ended.output()));
      }
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      Durable.discard(kept);
    }
  }

  /**
   * A second name of the old file, so that to put it back needs no room; not everywhere. Of this
   * minute, so that no other deployer that starts now takes it for a leftover.
   */
  private boolean linked(Path kept) {
    try {
      Files.setLastModifiedTime(settings.http(), FileTime.from(clock.instant()));
      Files.createLink(kept, settings.http());
      return true;
    } catch (IOException | UnsupportedOperationException none) {
      return false;
    }
  }

  /** One that is just starting cannot be reloaded yet. */
  private void reload() throws InterruptedException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (true) {
      ProxyCommand.Ended ended = settings.reload().run();
      if (ended.successful()) {
        return;
      }
      if (System.nanoTime() >= deadline) {
        throw new RouterFailure(
            "'%s' failed: %s; start nginx".formatted(settings.reload(), ended.output()));
      }
      Thread.sleep(POLL.multipliedBy(4));
    }
  }

  private void writeFirstFiles() {
    try {
      Files.createDirectories(settings.folder());
      if (Files.notExists(settings.http())) {
        Durable.write(settings.http(), bytes(Configuration.http(List.of(), settings).text()));
      }
      String location = Configuration.location(settings);
      if (Files.notExists(settings.location())
          || !Files.readString(settings.location()).equals(location)) {
        Durable.write(settings.location(), bytes(location));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private String written() {
    try {
      return Files.readString(settings.http());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private RouterFailure unwritable(IOException e) {
    return new RouterFailure(
        "nginx's files cannot be read and written in %s: %s; %s"
            .formatted(settings.folder(), e.getMessage(), FullDisk.remedy(e, settings.folder())),
        e);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
