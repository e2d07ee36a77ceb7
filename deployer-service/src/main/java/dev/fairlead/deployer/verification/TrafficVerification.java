package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.events.Version;
import java.util.ArrayList;
import java.util.List;
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
    Sample former = Sample.between(before, after, backend -> !backend.release().equals(release));
    String evidence =
        "version %s: %s in %d s".formatted(release, fresh, check.window().toSeconds());
    if (fresh.requests() < check.minimumRequests()) {
      return new Verdict.Inconclusive(
          "%s; at least %d requests are needed for a verdict"
              .formatted(evidence, check.minimumRequests()));
    }
    List<String> faults = faults(check, fresh, former);
    return faults.isEmpty()
        ? new Verdict.Passed(evidence + compared(former))
        : new Verdict.Failed(evidence + "; " + String.join(", ", faults) + compared(former));
  }

  private static List<String> faults(FiguresCheck check, Sample fresh, Sample former) {
    List<String> faults = new ArrayList<>();
    if (fresh.errorRate() > check.maxErrorRate()) {
      faults.add("more errors than the allowed %.2f %%".formatted(100 * check.maxErrorRate()));
    }
    if (fresh.p95Millis() > check.maxP95().toMillis()) {
      faults.add("slower than the allowed %d ms".formatted(check.maxP95().toMillis()));
    }
    if (former.requests() < check.minimumRequests()) {
      return faults;
    }
    if (fresh.errorRate() > former.errorRate() + check.maxErrorRateIncrease()) {
      faults.add(
          "errors are up by more than %.2f %%".formatted(100 * check.maxErrorRateIncrease()));
    }
    if (fresh.p95Millis() > former.p95Millis() * check.maxP95Factor()) {
      faults.add("p95 is more than %.1f times that of before".formatted(check.maxP95Factor()));
    }
    return faults;
  }

  private static String compared(Sample former) {
    return former.requests() == 0 ? "" : "; others meanwhile: " + former;
  }
}
