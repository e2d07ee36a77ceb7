package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.rollout.Looks;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Watches a release at the router until there is a verdict, or no hope for one. */
public final class TrafficVerification {

  private final Router router;

  public TrafficVerification(Router router) {
    this.router = router;
  }

  /** What the releases of a route did until now; nothing when the router cannot tell. */
  public Baseline baseline(String route) throws InterruptedException {
    try {
      return router
          .observe(route)
          .map(state -> new Baseline(Sample.upTo(state)))
          .orElse(Baseline.NONE);
    } catch (RouterFailure e) {
      return Baseline.NONE;
    }
  }

  public Verdict verify(FiguresCheck check, String route, Judged release)
      throws InterruptedException {
    return verify(check, route, release, Baseline.NONE);
  }

  /**
   * Compares the backends of the release with the limits, and with all other backends; without any,
   * with the baseline. A fault ends the watch at once.
   */
  public Verdict verify(FiguresCheck check, String route, Judged release, Baseline baseline)
      throws InterruptedException {
    return new Watch(check, route, release, baseline).verdict();
  }

  /** The verdict on reports of the router over one window. */
  static Verdict judge(
      FiguresCheck check, Judged release, Baseline baseline, List<RouteState> reports) {
    return judge(check, release, baseline, reports, 0);
  }

  /** As at that look, from 0. */
  static Verdict judge(
      FiguresCheck check, Judged release, Baseline baseline, List<RouteState> reports, int look) {
    Ticks ticks = new Ticks();
    for (int i = 1; i < reports.size(); i++) {
      ticks.add(Tick.between(reports.get(i - 1), reports.get(i), release));
    }
    return judgement(check, release, baseline, ticks, check.window()).verdict(look);
  }

  private static Judgement judgement(
      FiguresCheck check, Judged release, Baseline baseline, Ticks ticks, Duration watched) {
    Tick sum = ticks.sum();
    String evidence =
        "version %s: %s in %d s".formatted(release.version(), sum.fresh(), watched.toSeconds());
    return new Judgement(
        check,
        baseline,
        ticks,
        sum.others().requests() == 0 ? evidence : evidence + " (others: " + sum.others() + ")");
  }

  /** One watch, from its first report of the router to its verdict. */
  private final class Watch {

    private final FiguresCheck check;
    private final String route;
    private final Judged release;
    private final Baseline baseline;
    private final Ticks ticks = new Ticks();
    private final long start = System.nanoTime();
    private @Nullable RouteState last;
    private String missing = "";

    Watch(FiguresCheck check, String route, Judged release, Baseline baseline) {
      this.check = check;
      this.route = route;
      this.release = release;
      this.baseline = baseline;
    }

    Verdict verdict() throws InterruptedException {
      report();
      for (int look = 0; ; look++) {
        Optional<Verdict> alarm = watchUntil(check.look(look));
        if (alarm.isPresent()) {
          return alarm.get();
        }
        Optional<Verdict> verdict = missing.isEmpty() ? seen(look) : unseen(look);
        if (verdict.isPresent()) {
          return verdict.get();
        }
      }
    }

    private Optional<Verdict> seen(int look) {
      Judgement judgement = judgement();
      Verdict verdict = judgement.verdict(look);
      boolean undecided = verdict instanceof Verdict.Inconclusive;
      return undecided && !isLast(look) && !judgement.hopeless(look)
          ? Optional.empty()
          : Optional.of(verdict);
    }

    /** A router that has answered until now is likely to at the next look, and has counted on. */
    private Optional<Verdict> unseen(int look) {
      return isLast(look) || ticks.each().isEmpty()
          ? Optional.of(new Verdict.Inconclusive(missing))
          : Optional.empty();
    }

    private static boolean isLast(int look) {
      return look == Looks.COUNT - 1;
    }

    private Optional<Verdict> watchUntil(Duration end) throws InterruptedException {
      Optional<Verdict> alarm = Optional.empty();
      do {
        Thread.sleep(Moments.after(watched(), check.window(), end));
        report();
        alarm = judgement().alarm();
      } while (alarm.isEmpty() && watched().compareTo(end) < 0);
      return alarm;
    }

    /** A report that is missing is made up for by the next: the router counts on. */
    private void report() throws InterruptedException {
      try {
        Optional<RouteState> now = router.observe(route);
        missing = now.isPresent() ? "" : "the router has no route " + route;
        if (now.isPresent() && last != null) {
          ticks.add(Tick.between(last, now.get(), release));
        }
        last = now.orElse(last);
      } catch (RouterFailure e) {
        missing = "the router's figures are missing: " + e.getMessage();
      }
    }

    private Judgement judgement() {
      return TrafficVerification.judgement(check, release, baseline, ticks, watched());
    }

    private Duration watched() {
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }
}
