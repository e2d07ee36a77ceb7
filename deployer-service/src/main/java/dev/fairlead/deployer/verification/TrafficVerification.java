package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.events.Version;
import java.util.Optional;

/** Watches a release at the router for the window of a check. */
public final class TrafficVerification {

  private final Router router;

  public TrafficVerification(Router router) {
    this.router = router;
  }

  /** Compares the backends of the release with the limits, and with all other backends. */
  public Verdict verify(FiguresCheck check, String route, Version release)
      throws InterruptedException {
    try {
      Optional<RouteState> before = router.observe(route);
      Thread.sleep(check.window());
      Optional<RouteState> after = router.observe(route);
      return before.isPresent() && after.isPresent()
          ? judge(check, release, before.get(), after.get())
          : new Verdict.Inconclusive("the router has no route " + route);
    } catch (RouterFailure e) {
      return new Verdict.Inconclusive("the router's figures are missing: " + e.getMessage());
    }
  }

  /** The verdict on two reports of the router, the window between them. */
  static Verdict judge(FiguresCheck check, Version release, RouteState before, RouteState after) {
    Sample fresh = Sample.between(before, after, backend -> backend.release().equals(release));
    Sample others = Sample.between(before, after, backend -> !backend.release().equals(release));
    String evidence =
        "version %s: %s in %d s".formatted(release, fresh, check.window().toSeconds());
    return new Judgement(check, fresh, others)
        .verdict(others.requests() == 0 ? evidence : evidence + " (others: " + others + ")");
  }
}
