package dev.fairlead.deployer.router.traefik;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.FullDisk;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Connections;
import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Reachability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Traefik 3 in the network of this Linux host. It watches a file, reads it after a pause of its own
 * (2 s unless configured), and is then asked what it has. Requests in flight are the connections to
 * an instance, as for nginx.
 */
public final class Traefik implements Proxy {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_CHANGE = Duration.ofHours(1);

  private final TraefikSettings settings;
  private final TraefikApi api;
  private final Reserve reserve;

  public Traefik(TraefikSettings settings) {
    this.settings = settings;
    this.api = new TraefikApi(settings.api(), settings.patience());
    this.reserve = Reserve.ofChanges(folder().resolve(".fairlead-reserve"), 1);
    Durable.deleteLeftoversOf(settings.file(), LONGEST_CHANGE);
  }

  @Override
  public String name() {
    return "traefik";
  }

  /** It changes its whole configuration at one instant. */
  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.SWITCHES_AT_ONCE);
  }

  @Override
  public void serve(List<BookedRoute> routes) throws InterruptedException {
    write(Configuration.render(routes));
    long deadline = System.nanoTime() + settings.patience().toNanos();
    for (BookedRoute route : routes) {
      while (!runs(route.spec())) {
        if (System.nanoTime() >= deadline) {
          throw new RouterFailure(
              "traefik does not have route %s of %s after %d s; let its file provider watch the folder, and look at its log"
                  .formatted(
                      route.spec().name(), settings.file(), settings.patience().toSeconds()));
        }
        Thread.sleep(POLL);
      }
    }
  }

  @Override
  public List<RouteState.Backend> observe(BookedRoute route) throws InterruptedException {
    boolean asTold = runs(route.spec());
    Connections open = Connections.ofHost(route.addresses());
    List<RouteState.Backend> backends = new ArrayList<>();
    for (RouteSpec.Backend backend : route.spec().backends()) {
      Traffic traffic = asTold ? Traffic.SERVING : Traffic.DRAINING;
      backends.add(state(backend, traffic, open.to(backend.address())));
    }
    for (RouteSpec.Backend backend : route.leaving()) {
      int inFlight = Math.max(open.to(backend.address()), asTold ? 0 : 1);
      backends.add(state(backend, Traffic.DRAINING, inFlight));
    }
    return backends;
  }

  @Override
  public Reachability reachability() {
    try {
      return new Reachability.Reachable("traefik " + api.version());
    } catch (IOException e) {
      return new Reachability.Unreachable(
          "traefik's API at %s does not answer: %s; start it with the API on"
              .formatted(settings.api(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reachability.Unreachable("asking traefik was interrupted");
    }
  }

  /** Whether Traefik has the route, its releases and their instances as they were written. */
  private boolean runs(RouteSpec spec) throws InterruptedException {
    if (spec.backends().isEmpty()) {
      return api.shares(Configuration.service(spec))
          .filter(shares -> shares.weights().isEmpty())
          .isPresent();
    }
    if (!has(Configuration.service(spec), Configuration.releases(spec))) {
      return false;
    }
    for (RouteSpec.Backend backend : spec.backends()) {
      Optional<String> url = api.url(Configuration.service(spec, backend));
      if (!has(
              Configuration.service(spec, backend.release()),
              Configuration.instances(spec, backend.release()))
          || !url.equals(Optional.of(Configuration.url(backend)))) {
        return false;
      }
    }
    return true;
  }

  private boolean has(String service, Configuration.Shares wanted) throws InterruptedException {
    return api.shares(service).equals(Optional.of(wanted));
  }

  private static RouteState.Backend state(
      RouteSpec.Backend backend, Traffic traffic, int inFlight) {
    return new RouteState.Backend(
        backend.instance(),
        backend.address(),
        backend.weight(),
        backend.release(),
        traffic,
        new Figures(inFlight, 0, 0, Latencies.NONE));
  }

  private void write(String text) {
    try {
      Files.createDirectories(folder());
      if (!text.equals(written())) {
        reserve.write(settings.file(), text.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new RouterFailure(
          "traefik's file %s cannot be written: %s; %s"
              .formatted(settings.file(), e.getMessage(), FullDisk.remedy(e, folder())),
          e);
    }
  }

  private Path folder() {
    return Objects.requireNonNull(settings.file().toAbsolutePath().getParent());
  }

  private String written() throws IOException {
    try {
      return Files.readString(settings.file());
    } catch (NoSuchFileException nothingYet) {
      return "";
    }
  }
}
