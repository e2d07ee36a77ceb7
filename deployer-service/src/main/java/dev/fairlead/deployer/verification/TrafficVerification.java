package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.Router;
import dev.fairlead.events.Version;

/** Watches a release at the router for the window of a check. */
public final class TrafficVerification {

  private final Router router;

  public TrafficVerification(Router router) {
    this.router = router;
  }

  /** Compares the backends of the release with the limits, and with all other backends. */
  public Verdict verify(FiguresCheck check, String route, Version release)
      throws InterruptedException {
    throw new UnsupportedOperationException(router + route + check + release);
  }
}
