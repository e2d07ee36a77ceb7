package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.Verification;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.verification.AnswerShape;
import dev.fairlead.deployer.verification.Baseline;
import dev.fairlead.deployer.verification.Baselines;
import dev.fairlead.deployer.verification.FiguresCheck;
import dev.fairlead.deployer.verification.HttpCheck;
import dev.fairlead.deployer.verification.HttpVerification;
import dev.fairlead.deployer.verification.Judged;
import dev.fairlead.deployer.verification.TrafficVerification;
import dev.fairlead.deployer.verification.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Measures the new release. */
record VerificationWork(
    Inquiry inquiry, HttpVerification answers, Routers routers, Baselines baselines, Sides sides) {

  private static final Duration SLOWEST_ANSWER = Duration.ofSeconds(5);

  StepResult checkAnswers(Deployment deployment) throws InterruptedException {
    Plan plan = deployment.known();
    Release release = sides.of(deployment, Side.NEW);
    return inquiry.judge(
        release, deployment.deadline(), () -> answers(plan, inquiry.addresses(release)));
  }

  private List<Verdict> answers(Plan plan, List<Address> addresses) throws InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Verification.HttpCheck check : plan.spec().verification().checks()) {
      verdicts.add(answers.verify(httpCheck(check, plan), addresses));
    }
    return verdicts;
  }

  private static HttpCheck httpCheck(Verification.HttpCheck check, Plan plan) {
    return new HttpCheck(
        "GET " + check.path(),
        check.path(),
        check.status(),
        Optional.ofNullable(check.body())
            .map(body -> body.replace("{version}", plan.version().value())),
        new AnswerShape(check.headers(), check.fields()),
        Objects.requireNonNullElse(check.maxLatency(), SLOWEST_ANSWER),
        HttpCheck.DEFAULT_TRIES);
  }

  /** To be called before the first traffic moves: what the previous release did until then. */
  void rememberBaseline(Deployment deployment) throws InterruptedException {
    if (deployment.known().previous() != null && baselines.find(deployment.id()).isEmpty()) {
      baselines.remember(
          deployment.id(),
          figures(deployment.known()).baseline(Traffic.routeOf(deployment.known().place())));
    }
  }

  StepResult checkTraffic(Deployment deployment) throws InterruptedException {
    return checkTraffic(deployment, deployment.known().spec().verification().window());
  }

  StepResult watchShare(Deployment deployment, Work.WatchShare work) throws InterruptedException {
    return checkTraffic(deployment, work.window());
  }

  private StepResult checkTraffic(Deployment deployment, Duration window)
      throws InterruptedException {
    Plan plan = deployment.known();
    Verification limits = plan.spec().verification();
    FiguresCheck check =
        new FiguresCheck(
            window,
            limits.minimumRequests(),
            limits.maxErrorRate(),
            limits.maxP95(),
            limits.margin().errors(),
            limits.margin().latency());
    Release release = sides.of(deployment, Side.NEW);
    Judged judged = new Judged(release.version(), Set.copyOf(release.instances()));
    Baseline baseline = baselines.find(deployment.id()).orElse(Baseline.NONE);
    return inquiry.judge(
        release,
        deployment.deadline(),
        () ->
            List.of(figures(plan).verify(check, Traffic.routeOf(plan.place()), judged, baseline)));
  }

  private TrafficVerification figures(Plan plan) {
    return new TrafficVerification(routers.of(plan.spec()));
  }

  /** The worst verdict counts; the evidence of all is kept. */
  static StepResult result(List<Verdict> verdicts) {
    String evidence = verdicts.stream().map(Verdict::evidence).collect(Collectors.joining("; "));
    if (verdicts.stream().anyMatch(Verdict.Failed.class::isInstance)) {
      return StepResult.failed(
          evidence, "compare with the release before, and correct this version");
    }
    return verdicts.stream().anyMatch(Verdict.Inconclusive.class::isInstance)
        ? new StepResult.Inconclusive(evidence)
        : StepResult.succeeded(evidence);
  }
}
