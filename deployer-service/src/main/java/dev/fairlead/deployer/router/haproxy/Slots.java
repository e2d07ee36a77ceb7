package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.events.Version;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which slot holds which release of which route. Pure: what has a slot keeps it, what is new gets a
 * free one, so that a change of the set touches nobody else.
 */
record Slots(Map<Tenant, String> byTenant) {

  private static final String PREFIX = "fairlead_";

  /** The slot of a route that nobody serves: it has no servers, so requests get 503. */
  static final String NOBODY = "fairlead_nobody";

  private static final int MOST_RELEASES = 2;

  /** One release of one route. */
  record Tenant(RouteSpec.Match match, Version release) {}

  static boolean isSlot(String backend) {
    return backend.startsWith(PREFIX);
  }

  static List<String> all(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> PREFIX + number).toList();
  }

  /**
   * @param now who has which slot, as HAProxy's map says
   * @param occupied slots with servers in them, which are taken only when no other is free
   * @param busy slots with requests in flight, which are not taken
   */
  static Slots allot(
      List<BookedRoute> routes, Slots now, Set<String> occupied, Set<String> busy, int count) {
    Map<Tenant, String> next = new LinkedHashMap<>();
    for (BookedRoute route : routes) {
      for (Tenant tenant : tenants(route.spec())) {
        String slot = now.byTenant().get(tenant);
        next.put(tenant, slot == null ? "" : slot);
      }
    }
    Set<String> taken = new HashSet<>(next.values());
    Deque<String> free = new ArrayDeque<>();
    for (String slot : all(count)) {
      if (taken.contains(slot) || busy.contains(slot)) {
        continue;
      }
      if (occupied.contains(slot)) {
        free.addLast(slot);
      } else {
        free.addFirst(slot);
      }
    }
    next.replaceAll((tenant, slot) -> slot.isEmpty() ? take(free, count) : slot);
    return new Slots(next);
  }

  private static String take(Deque<String> free, int count) {
    String slot = free.pollFirst();
    if (slot == null) {
      throw new RouterFailure(
          "all %d slots of haproxy are in use; raise the setting haproxy.slots".formatted(count));
    }
    return slot;
  }

  static List<Tenant> tenants(RouteSpec spec) {
    List<Tenant> tenants =
        spec.backends().stream()
            .map(backend -> new Tenant(spec.match(), backend.release()))
            .distinct()
            .toList();
    if (tenants.size() > MOST_RELEASES) {
      throw new Proxy.Refused(
          "haproxy spreads a route over at most %d releases, not over %s"
              .formatted(MOST_RELEASES, tenants.stream().map(Tenant::release).toList()));
    }
    return tenants;
  }

  String of(RouteSpec spec, Version release) {
    return byTenant.getOrDefault(new Tenant(spec.match(), release), NOBODY);
  }
}
