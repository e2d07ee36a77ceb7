package dev.fairlead.deployer.runtime;

import java.util.Collection;
import java.util.List;

/** Waits until instances are healthy and stay so, each on a virtual thread of its own. */
public final class HealthGate {

  private final Runtime runtime;

  public HealthGate(Runtime runtime) {
    this.runtime = runtime;
  }

  /**
   * Returns when every instance has been found healthy or not, in the order given. An instance that
   * exits is unhealthy at once.
   */
  public List<Health> await(Collection<InstanceId> instances, HealthCheck check)
      throws InterruptedException {
    throw new UnsupportedOperationException(runtime + ": " + instances + check);
  }
}
