package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.util.Set;

/**
 * The release that is judged, by its instances: another one may bear the same version, with another
 * manifest.
 */
public record Judged(Version version, Set<InstanceId> instances) {

  public Judged {
    instances = Set.copyOf(instances);
  }

  boolean has(RouteState.Backend backend) {
    return instances.contains(backend.instance());
  }
}
