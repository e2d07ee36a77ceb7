package dev.fairlead.deployer.router;

import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.StaleFence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A proxy that is told by its configuration, made to keep a router's promises: fences, the host
 * that belongs to one route only, and the probe of newcomers are kept here, in a file beside the
 * proxy's configuration.
 */
public final class ConfiguredRouter implements Router {

  /** A proxy chooses a backend first and counts the request a moment later. */
  private static final int LOOKS = 2;

  private final Proxy proxy;
  private final RouteBook book;
  private final Newcomers newcomers = new Newcomers();

  /**
   * @param folder for the routes' file; all deployers that command this proxy share it
   */
  public ConfiguredRouter(Proxy proxy, Path folder) {
    this.proxy = proxy;
    this.book = new RouteBook(folder.resolve(proxy.name() + "-routes.json"));
  }

  @Override
  public Set<Capability> capabilities() {
    return proxy.capabilities();
  }

  @Override
  public RouteState apply(RouteSpec desired, long fence) throws InterruptedException {
    probe(desired);
    try (Locks.Held held = book.lock()) {
      Map<String, BookedRoute> routes = book.read();
      requireFence(routes, desired.name(), fence);
      requireOwnMatch(routes, desired);
      BookedRoute known = routes.get(desired.name());
      Map<String, BookedRoute> wanted =
          with(
              routes,
              known == null ? BookedRoute.of(desired, fence) : known.changed(desired, fence));
      try (RouteBook.Draft after = book.draft(wanted)) {
        book.write(with(routes, BookedRoute.before(known, desired, fence)));
        serve(desired.name(), wanted, routes);
        after.publish();
      }
    }
    return ReadBack.require(desired, observe(desired.name()).orElseThrow());
  }

  @Override
  public Optional<RouteState> observe(String route) throws InterruptedException {
    BookedRoute known = book.read().get(route);
    return known == null
        ? Optional.empty()
        : Optional.of(
            new RouteState(
                route, known.spec().match(), known.fence(), false, proxy.observe(known)));
  }

  @Override
  public Drain drain(String route, Collection<InstanceId> backends, Duration deadline)
      throws InterruptedException {
    return new DrainWatch(this, LOOKS).await(route, backends, deadline);
  }

  @Override
  public void hold(String route, Duration longest, long fence) {
    requireFence(book.read(), route, fence);
    throw new RouteRefused(
        route,
        "%s cannot hold requests back; choose 'router: edge', or a strategy that does not need it"
            .formatted(proxy.name()));
  }

  /** Nothing is ever held. */
  @Override
  public void release(String route, long fence) {
    requireFence(book.read(), route, fence);
  }

  @Override
  public void remove(String route, long fence) throws InterruptedException {
    try (Locks.Held held = book.lock()) {
      Map<String, BookedRoute> routes = book.read();
      requireFence(routes, route, fence);
      if (routes.remove(route) != null) {
        try (RouteBook.Draft after = book.draft(routes)) {
          serve(route, routes);
          after.publish();
        }
      }
    }
  }

  private static Map<String, BookedRoute> with(
      Map<String, BookedRoute> routes, BookedRoute changed) {
    Map<String, BookedRoute> next = new TreeMap<>(routes);
    next.put(changed.spec().name(), changed);
    return next;
  }

  @Override
  public Reachability reachability() {
    return proxy.reachability();
  }

  /** Before the lock is taken: a slow answer keeps no other deployment waiting. */
  private void probe(RouteSpec desired) throws InterruptedException {
    if (desired.healthGate().isPresent()) {
      BookedRoute known = book.read().get(desired.name());
      List<RouteSpec.Backend> unknown =
          desired.backends().stream()
              .filter(backend -> known == null || !known.has(backend))
              .toList();
      newcomers.requireHealthy(desired.name(), unknown, desired.healthGate().get());
    }
  }

  /** Where it is refused the book is what it was; that it could not be is told with the refusal. */
  private void serve(
      String changed, Map<String, BookedRoute> wanted, Map<String, BookedRoute> before)
      throws InterruptedException {
    try {
      serve(changed, wanted);
    } catch (RouteRefused e) {
      try {
        book.write(before);
      } catch (RouterFailure unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
  }

  private void serve(String changed, Map<String, BookedRoute> routes) throws InterruptedException {
    try {
      proxy.serve(List.copyOf(routes.values()));
    } catch (Proxy.Refused e) {
      throw new RouteRefused(changed, String.valueOf(e.getMessage()));
    }
  }

  private static void requireFence(Map<String, BookedRoute> routes, String route, long fence) {
    BookedRoute known = routes.get(route);
    if (known != null && known.fence() > fence) {
      throw new StaleFence("route " + route, fence, known.fence());
    }
  }

  private static void requireOwnMatch(Map<String, BookedRoute> routes, RouteSpec desired) {
    for (BookedRoute other : routes.values()) {
      if (!other.spec().name().equals(desired.name())
          && other.spec().match().equals(desired.match())) {
        throw new RouteRefused(
            desired.name(),
            "%s%s belongs to route %s already; choose another host or path"
                .formatted(
                    desired.match().host(), desired.match().pathPrefix(), other.spec().name()));
      }
    }
  }
}
