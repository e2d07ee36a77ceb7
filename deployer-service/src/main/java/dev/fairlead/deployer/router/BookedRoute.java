package dev.fairlead.deployer.router;

import java.util.ArrayList;
import java.util.List;

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

  /** A route that is new. */
  static BookedRoute of(RouteSpec spec, long fence) {
    return new BookedRoute(spec, fence, List.of());
  }

  /** The route with another set; who is not in it any more leaves. */
  BookedRoute changed(RouteSpec next, long nextFence) {
    List<RouteSpec.Backend> out = new ArrayList<>(leaving);
    out.addAll(spec.backends());
    out.removeIf(backend -> next.backends().stream().anyMatch(kept -> same(kept, backend)));
    List<RouteSpec.Backend> latest =
        out.subList(Math.max(0, out.size() - MOST_LEAVING), out.size());
    return new BookedRoute(next, nextFence, latest);
  }

  /** Whether the route gives requests to this very backend already. */
  boolean has(RouteSpec.Backend backend) {
    return spec.backends().stream().anyMatch(known -> same(known, backend));
  }

  private static boolean same(RouteSpec.Backend one, RouteSpec.Backend other) {
    return one.instance().equals(other.instance()) && one.address().equals(other.address());
  }
}
