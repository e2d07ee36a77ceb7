package dev.fairlead.deployer.runtime;

import dev.fairlead.events.Place;

/**
 * The right to change a place. Tokens of a place only grow: who took over a deployment carries a
 * larger one, and whatever the former owner still sends is refused.
 *
 * @param token from 1 on, larger for every later owner; an equal one may repeat its commands
 */
public record Fence(Place place, long token) {

  public Fence {
    if (token < 1) {
      throw new IllegalArgumentException(
          "fence token %d is not valid; expected 1 or more".formatted(token));
    }
  }

  /** A fence opens only its own place. */
  void requireFor(InstanceId instance, Place instancePlace) {
    if (!place.equals(instancePlace)) {
      throw new IllegalArgumentException(
          "fence %s is not for instance %s of %s".formatted(this, instance, instancePlace));
    }
  }

  @Override
  public String toString() {
    return place + "#" + token;
  }
}
