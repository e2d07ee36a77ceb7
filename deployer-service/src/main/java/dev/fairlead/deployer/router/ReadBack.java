package dev.fairlead.deployer.router;

import static java.util.stream.Collectors.toMap;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import java.util.Map;

/** Compares what a router does with what it was told. */
final class ReadBack {

  private ReadBack() {}

  /**
   * @throws RouterFailure unless exactly the desired backends serve, with their weights
   */
  static RouteState require(RouteSpec desired, RouteState found) {
    Map<InstanceId, Share> wanted =
        desired.backends().stream()
            .collect(toMap(RouteSpec.Backend::instance, b -> new Share(b.address(), b.weight())));
    Map<InstanceId, Share> serving =
        found.serving().stream()
            .collect(toMap(RouteState.Backend::instance, b -> new Share(b.address(), b.weight())));
    if (!serving.equals(wanted)) {
      throw new RouterFailure(
          "route %s serves %s, but was told to serve %s; look at the router's log"
              .formatted(desired.name(), serving, wanted));
    }
    return found;
  }

  private record Share(Address address, int weight) {

    @Override
    public String toString() {
      return address + "×" + weight;
    }
  }
}
