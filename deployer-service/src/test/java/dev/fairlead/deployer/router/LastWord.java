package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Reachability;
import java.util.List;
import java.util.Set;

/** A proxy whose deployer is killed as soon as the proxy has done what it was told. */
record LastWord(Proxy proxy) implements Proxy {

  static final class Killed extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  @Override
  public void serve(List<BookedRoute> routes) throws InterruptedException {
    proxy.serve(routes);
    throw new Killed();
  }

  @Override
  public String name() {
    return proxy.name();
  }

  @Override
  public Set<Capability> capabilities() {
    return proxy.capabilities();
  }

  @Override
  public List<RouteState.Backend> observe(BookedRoute route) throws InterruptedException {
    return proxy.observe(route);
  }

  @Override
  public Reachability reachability() {
    return proxy.reachability();
  }
}
