package dev.fairlead.deployer.runtime;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Docker Engines that this deployer knows, by the names of their hosts. */
public final class Engines {

  private final Map<HostName, Engine> byHost;

  public Engines(Collection<Engine> engines) {
    this.byHost = new TreeMap<>();
    engines.forEach(engine -> byHost.put(engine.host(), engine));
  }

  public Optional<Engine> find(HostName host) {
    return Optional.ofNullable(byHost.get(host));
  }

  /** Ordered by the names of their hosts. */
  public Collection<Engine> all() {
    return byHost.values();
  }

  /** What to do about a host that is not known here. */
  public static String advice(HostName host) {
    return "add fairlead.deployer.docker-hosts.%s, or correct hosts in the manifest"
        .formatted(host);
  }
}
