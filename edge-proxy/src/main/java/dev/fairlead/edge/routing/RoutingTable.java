package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All routes. Looking up is lock-free; changes come one at a time. The longest path prefix wins,
 * and a route for a host goes before a route for any host.
 */
public final class RoutingTable {
  private static final String ANY_HOST = "*";
  private static final Comparator<Entry> LONGEST_PREFIX_FIRST =
      Comparator.comparing((Entry entry) -> entry.match().pathPrefix().length()).reversed();

  private final Map<String, Route> routes = new TreeMap<>();
  private volatile Map<String, List<Entry>> byHost = Map.of();

  /**
   * The route that a request is for.
   *
   * @param host without port, in lower case
   */
  public Optional<Route> find(String host, String path) {
    Map<String, List<Entry>> index = byHost;
    return first(index.getOrDefault(host, List.of()), path)
        .or(() -> first(index.getOrDefault(ANY_HOST, List.of()), path));
  }

  public synchronized Optional<Route> named(String name) {
    return Optional.ofNullable(routes.get(name));
  }

  public synchronized List<Route> all() {
    return List.copyOf(routes.values());
  }

  /** Throws what would keep {@link #put} from accepting the definition; changes nothing. */
  public synchronized void check(RouteDefinition wanted) {
    checkFence(wanted.name(), wanted.fence());
    for (Route route : routes.values()) {
      RouteDefinition other = route.definition();
      if (!other.name().equals(wanted.name()) && other.match().equals(wanted.match())) {
        throw new MatchTaken(wanted.match(), other.name());
      }
    }
  }

  /** Throws if a newer deployment than the given one has spoken for this route. */
  public synchronized void checkFence(String name, long fence) {
    Route route = routes.get(name);
    if (route != null && fence < route.definition().fence()) {
      throw new StaleFence(name, fence, route.definition().fence());
    }
  }

  /** The wanted instances that do not serve on this route yet. */
  public synchronized List<InstanceDefinition> newcomers(RouteDefinition wanted) {
    Route route = routes.get(wanted.name());
    return route == null ? wanted.instances() : route.newcomers(wanted);
  }

  public synchronized Route put(RouteDefinition wanted) {
    check(wanted);
    Route route = routes.get(wanted.name());
    if (route == null) {
      route = new Route(wanted);
      routes.put(wanted.name(), route);
    } else {
      route.swap(wanted);
    }
    index();
    return route;
  }

  /**
   * Exactly these routes from now on, all at once, as another proxy has accepted them: their fences
   * and their order are its affair.
   *
   * @throws MatchTaken when two of them take the same requests; nothing is changed then
   */
  public synchronized void become(List<RouteDefinition> accepted) {
    Map<Match, String> owners = new HashMap<>();
    for (RouteDefinition one : accepted) {
      String owner = owners.putIfAbsent(one.match(), one.name());
      if (owner != null) {
        throw new MatchTaken(one.match(), owner);
      }
    }
    List<String> names = accepted.stream().map(RouteDefinition::name).toList();
    List<Route> gone = all().stream().filter(one -> !names.contains(named(one))).toList();
    gone.forEach(one -> routes.remove(named(one)));
    for (RouteDefinition one : accepted) {
      Route known = routes.putIfAbsent(one.name(), new Route(one));
      if (known != null) {
        known.swap(one);
      }
    }
    index();
    gone.forEach(one -> one.retire(one.definition().drain()));
  }

  private static String named(Route route) {
    return route.definition().name();
  }

  public synchronized void delete(String name) {
    Route route = routes.remove(name);
    if (route != null) {
      index();
      route.retire(route.definition().drain());
    }
  }

  public synchronized void hold(String name, Duration atMost) {
    named(name).ifPresent(route -> route.hold(atMost));
  }

  public synchronized void release(String name) {
    named(name).ifPresent(Route::release);
  }

  /** What a proxy that this one took over from has in flight, by route. */
  public synchronized void elsewhere(Map<String, List<Elsewhere>> inFlight) {
    routes.forEach((name, route) -> route.elsewhere(inFlight.getOrDefault(name, List.of())));
  }

  /** The proxy stops: WebSockets and event streams end within the window. */
  public synchronized void farewell(Duration window) {
    routes.values().forEach(route -> route.farewell(window));
  }

  private static Optional<Route> first(List<Entry> candidates, String path) {
    for (Entry entry : candidates) {
      if (entry.match().takes(path)) {
        return Optional.of(entry.route());
      }
    }
    return Optional.empty();
  }

  private void index() {
    Map<String, List<Entry>> next = new HashMap<>();
    for (Route route : routes.values()) {
      Match match = route.definition().match();
      next.computeIfAbsent(match.host().orElse(ANY_HOST), host -> new ArrayList<>())
          .add(new Entry(match, route));
    }
    next.values().forEach(entries -> entries.sort(LONGEST_PREFIX_FIRST));
    byHost = Map.copyOf(next);
  }

  private record Entry(Match match, Route route) {}
}
