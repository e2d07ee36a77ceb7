package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What HAProxy shall do: its map, and the servers of every slot in use.
 *
 * @param servers by {@code slot/instance}
 */
record Wanted(RoutesMap map, Map<String, Line> servers) {

  /** Most that HAProxy accepts. */
  private static final int MOST_WEIGHT = 256;

  /** A server line. */
  record Line(String slot, String name, String address, int weight) {

    String path() {
      return slot + "/" + name;
    }
  }

  static Wanted of(List<BookedRoute> routes, Slots slots) {
    Map<String, Line> servers = new LinkedHashMap<>();
    for (BookedRoute route : routes) {
      for (RouteSpec.Backend backend : route.spec().backends()) {
        Line line = line(slots.of(route.spec(), backend.release()), backend);
        servers.put(line.path(), line);
      }
    }
    return new Wanted(RoutesMap.of(routes, slots), servers);
  }

  static Line line(String slot, RouteSpec.Backend backend) {
    return new Line(
        slot, backend.instance().value(), resolved(backend.address()), scaled(backend.weight()));
  }

  /** From 0 to 1000, to 0 to 256; what is to get requests gets some. */
  private static int scaled(int weight) {
    return weight == 0 ? 0 : Math.max(1, Math.round(weight * (float) MOST_WEIGHT / 1000));
  }

  /** HAProxy takes no names at run time. */
  static String resolved(Address address) {
    try {
      return new Address(InetAddress.getByName(address.host()).getHostAddress(), address.port())
          .toString();
    } catch (UnknownHostException e) {
      throw new RouterFailure(
          "the host of %s has no address; correct the host's name resolution".formatted(address),
          e);
    }
  }
}
