package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route as it was last accepted.
 *
 * @param fence the token it was accepted with
 * @param leaving backends that were taken off it, as long as requests may be in flight at them
 */
public record BookedRoute(RouteSpec spec, long fence, List<RouteSpec.Backend> leaving) {

  /** More than this many have not been drained for a long time, and are forgotten. */
  private static final int MOST_LEAVING = 200;

  public BookedRoute {
    leaving = List.copyOf(leaving);
  }

  /** Where its requests may be in flight. */
  public List<Address> addresses() {
    return Stream.concat(spec.backends().stream(), leaving.stream())
        .map(RouteSpec.Backend::address)
        .toList();
  }

  /** A route that is new. */
  static BookedRoute of(RouteSpec spec, long fence) {
    return new BookedRoute(spec, fence, List.of());
  }

  /**
   * The route before anything is changed: as it was, and requests may come to be in flight at
   * everybody who is to be added. What dies in the middle of the change thus leaves no backend that
   * nobody drains.
   */
  static BookedRoute before(@Nullable BookedRoute known, RouteSpec next, long nextFence) {
    RouteSpec present = known == null ? next.without() : known.spec();
    List<RouteSpec.Backend> mayServe = new ArrayList<>(known == null ? List.of() : known.leaving());
    mayServe.addAll(next.backends());
    return new BookedRoute(present, nextFence, outOf(present, mayServe));
  }

  /** The route with another set; who is not in it any more leaves. */
  BookedRoute changed(RouteSpec next, long nextFence) {
    List<RouteSpec.Backend> out = new ArrayList<>(leaving);
    out.addAll(spec.backends());
    return new BookedRoute(next, nextFence, outOf(next, out));
  }

  /** The latest of these that are not in the set. */
  private static List<RouteSpec.Backend> outOf(RouteSpec set, List<RouteSpec.Backend> backends) {
    List<RouteSpec.Backend> out =
        backends.stream()
            .filter(backend -> set.backends().stream().noneMatch(kept -> same(kept, backend)))
            .toList();
    return out.subList(Math.max(0, out.size() - MOST_LEAVING), out.size());
  }

  /** Whether the route gives requests to this very backend already. */
  boolean has(RouteSpec.Backend backend) {
    return spec.backends().stream().anyMatch(known -> same(known, backend));
  }

  private static boolean same(RouteSpec.Backend one, RouteSpec.Backend other) {
    return one.instance().equals(other.instance()) && one.address().equals(other.address());
  }
}
