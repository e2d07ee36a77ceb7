package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Reachability;
import java.util.List;
import java.util.Set;

/**
 * A proxy that was installed beside Fairlead. It spreads requests as its configuration says, and
 * knows neither fences nor releases; {@link ConfiguredRouter} adds them. Thread-safe for {@link
 * #observe}; {@link #serve} is called by one thread of one deployer at a time.
 */
public interface Proxy {

  /** The word for it in the manifest, such as {@code nginx}. */
  String name();

  /** What this one can do beyond what all can. */
  Set<Capability> capabilities();

  /**
   * Makes the proxy send requests as all these routes say, also after it was restarted. Returns
   * once it does. Repeating it does no harm.
   *
   * @throws Refused if its configuration would not be valid; it goes on as before
   * @throws RouterFailure if it cannot be told
   */
  void serve(List<BookedRoute> routes) throws InterruptedException;

  /**
   * What the proxy is seen to do with the instances of a route, those that leave it included.
   *
   * @throws RouterFailure if it cannot be asked
   */
  List<RouteState.Backend> observe(BookedRoute route) throws InterruptedException;

  Reachability reachability();

  /** The proxy's own check found the configuration wrong. */
  final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Refused(String reason) {
      super(reason);
    }
  }
}
