package dev.fairlead.edge.routing;

import java.util.Optional;

/**
 * Requests that a proxy which this one took over from has in flight at an instance.
 *
 * @param address absent where the other proxy does not tell it: of an instance that serves there
 * @param release empty where the other proxy does not tell it
 */
public record Elsewhere(String instance, Optional<Address> address, String release, int requests) {
  /** For people: a former proxy said that it drains an instance, but not where. */
  private static final Address UNTOLD = new Address("untold", 1);

  boolean isAt(Instance one) {
    return one.id().equals(instance)
        && address.filter(known -> !known.equals(one.address())).isEmpty();
  }

  InstanceDefinition definition() {
    return new InstanceDefinition(instance, address.orElse(UNTOLD), 0, release);
  }
}
