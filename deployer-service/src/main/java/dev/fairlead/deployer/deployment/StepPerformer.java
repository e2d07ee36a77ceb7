package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.gate.Candidate;
import dev.fairlead.deployer.gate.GateReport;
import dev.fairlead.deployer.gate.Gates;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Tests;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Verification;
import dev.fairlead.deployer.migration.MigrationResult;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.migration.MigrationsUnreadable;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.RouteRefused;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.trial.TestCommand;
import dev.fairlead.deployer.verification.FiguresCheck;
import dev.fairlead.deployer.verification.HttpCheck;
import dev.fairlead.deployer.verification.HttpVerification;
import dev.fairlead.deployer.verification.TrafficVerification;
import dev.fairlead.deployer.verification.Verdict;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.DeploymentEvent.TrafficShare;
import dev.fairlead.events.DeploymentEvent.TrafficShifted;
import dev.fairlead.events.Event;
import dev.fairlead.service.secret.SecretNotFound;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Does the work of one step, and says how that ended. Whatever it does may have been done before:
 * everything it calls looks first at what is true.
 */
public final class StepPerformer {

  private static final Duration SLOWEST_ANSWER = Duration.ofSeconds(5);
  private static final Duration BAKE_GLANCE = Duration.ofSeconds(1);

  /** No limit relative to the release before, only absolute ones. */
  private static final double ANY_INCREASE = 1.0;

  private static final double ANY_FACTOR = 1_000_000;

  private final Applications applications;
  private final Releases releases;
  private final Artifacts artifacts;
  private final Databases databases;
  private final Migrations migrations;
  private final Gates gates;
  private final Instances instances;
  private final Traffic traffic;
  private final HttpVerification answers;
  private final TrafficVerification figures;
  private final Clock clock;

  public StepPerformer(
      Applications applications,
      Releases releases,
      Artifacts artifacts,
      Databases databases,
      Migrations migrations,
      Gates gates,
      Instances instances,
      Traffic traffic,
      HttpVerification answers,
      TrafficVerification figures,
      Clock clock) {
    this.applications = applications;
    this.releases = releases;
    this.artifacts = artifacts;
    this.databases = databases;
    this.migrations = migrations;
    this.gates = gates;
    this.instances = instances;
    this.traffic = traffic;
    this.answers = answers;
    this.figures = figures;
    this.clock = clock;
  }

  StepResult perform(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    try {
      return perform(deployment, perform.step().work(), perform, fence);
    } catch (NotServing e) {
      return StepResult.failed(String.valueOf(e.getMessage()), e.advice());
    } catch (RuntimeFailure
        | RouterFailure
        | RouteRefused
        | ArtifactUnusable
        | MigrationsUnreadable
        | SecretNotFound e) {
      return StepResult.failed(String.valueOf(e.getMessage()), null);
    }
  }

  private StepResult perform(Deployment deployment, Work work, Action.Perform perform, long fence)
      throws InterruptedException {
    Plan plan = Objects.requireNonNull(deployment.plan());
    return switch (work) {
      case Work.CheckGates() -> checkGates(deployment, plan);
      case Work.RecordRelease() -> recordRelease(deployment);
      case Work.RunTests() -> runTests(plan);
      case Work.PrepareArtifact() -> prepareArtifact(plan);
      case Work.Migrate(DatabaseId database) -> migrate(plan, database);
      case Work.Start(Side side, int first, int last) -> {
        Release release = release(deployment, side);
        yield StepResult.succeeded(instances.start(release, release.instances(first, last), fence));
      }
      case Work.AwaitHealthy(Side side, int first, int last) -> {
        Release release = release(deployment, side);
        yield StepResult.succeeded(
            instances.awaitHealthy(
                release, release.instances(first, last), stayHealthy(release, side)));
      }
      case Work.ShiftTraffic(int newInstances, int oldFrom) ->
          shiftTraffic(deployment, plan, newInstances, oldFrom, perform.undoing(), fence);
      case Work.Drain(Side side, int first, int last) ->
          StepResult.succeeded(
              traffic.drain(
                  plan.place(),
                  release(deployment, side).instances(first, last),
                  plan.spec().drain()));
      case Work.Stop(Side side, int first, int last) -> {
        Release release = release(deployment, side);
        yield StepResult.succeeded(instances.stop(release, release.instances(first, last), fence));
      }
      case Work.CheckAnswers() -> checkAnswers(deployment, plan);
      case Work.CheckTraffic() -> checkTraffic(plan);
      case Work.ConfirmServing() -> confirmServing(deployment);
      case Work.Bake() -> bake(deployment, plan, perform.since());
      case Work.BackUp _, Work.RestoreDatabase _ ->
          throw new IllegalStateException("another service does this: " + work);
    };
  }

  private StepResult checkGates(Deployment deployment, Plan plan) throws InterruptedException {
    GateReport report = gates.report(new Candidate(deployment.request(), plan));
    List<Event> answers =
        report.decisions().stream()
            .<Event>map(
                answer ->
                    new GateEvaluated(
                        answer.decision(), deployment.id(), answer.passed(), answer.detail()))
            .toList();
    return report.passed()
        ? new StepResult.Succeeded(report.summary(), answers)
        : new StepResult.Failed(report.failures(), report.advice(), true, answers);
  }

  private StepResult recordRelease(Deployment deployment) {
    Release release = planned(deployment);
    releases.record(release);
    return StepResult.succeeded(
        "release %s of %s recorded".formatted(release.version(), release.digest()));
  }

  private StepResult runTests(Plan plan) throws InterruptedException {
    Tests tests = Objects.requireNonNull(plan.spec().tests());
    Path folder =
        applications.find(plan.place().application()).map(AppliedManifest::directory).orElseThrow();
    return switch (TestCommand.run(tests.command(), folder, plan.version(), tests.timeout())) {
      case TestCommand.Ended.Passed() -> StepResult.succeeded("tests passed");
      case TestCommand.Ended.Failed(String how, String lastLines) ->
          StepResult.failed(
              "tests failed (%s): %s".formatted(how, lastLines),
              "run %s in %s".formatted(String.join(" ", tests.command()), folder));
    };
  }

  private StepResult prepareArtifact(Plan plan) {
    artifacts.program(plan.spec(), plan.digest());
    return StepResult.succeeded("%s is ready to start".formatted(plan.digest()));
  }

  private StepResult migrate(Plan plan, DatabaseId id) throws InterruptedException {
    Database database =
        plan.spec().databases().stream()
            .filter(known -> known.id().equals(id))
            .findFirst()
            .orElseThrow();
    Path manifestFolder =
        applications.find(plan.place().application()).map(AppliedManifest::directory).orElseThrow();
    Path scripts =
        artifacts.migrations(
            plan.spec(),
            plan.digest(),
            Objects.requireNonNull(database.migrations()),
            manifestFolder);
    return switch (migrations.migrate(scripts, databases.access(database))) {
      case MigrationResult.Applied(var applied) ->
          StepResult.succeeded(
              applied.isEmpty()
                  ? "nothing left to apply"
                  : applied.stream()
                      .map(migration -> migration.script())
                      .collect(Collectors.joining(", ", "applied ", "")));
      case MigrationResult.Failed failed ->
          new StepResult.Failed(
              "%s failed: %s".formatted(failed.failed(), failed.reason()),
              failed.advice(),
              failed.applied().isEmpty(),
              List.of());
    };
  }

  /** An old instance that is still there has proved itself already. */
  private static Duration stayHealthy(Release release, Side side) {
    return side == Side.OLD ? Duration.ZERO : release.spec().health().stayHealthy();
  }

  private StepResult shiftTraffic(
      Deployment deployment, Plan plan, int newInstances, int oldFrom, boolean undoing, long fence)
      throws InterruptedException {
    List<Traffic.Share> shares = new ArrayList<>();
    if (newInstances > 0) {
      Release release = release(deployment, Side.NEW);
      shares.add(new Traffic.Share(release, release.instances(1, newInstances), true));
    }
    if (oldFrom <= plan.oldReplicas()) {
      Release release = release(deployment, Side.OLD);
      shares.add(
          new Traffic.Share(release, release.instances(oldFrom, plan.oldReplicas()), undoing));
    }
    if (shares.isEmpty() && plan.previous() == null) {
      traffic.remove(plan.place(), fence);
      return StepResult.succeeded("the route is removed");
    }
    EnvironmentSpec spec = shares.isEmpty() ? plan.spec() : shares.getLast().release().spec();
    List<TrafficShare> seen = traffic.shift(spec, shares, fence);
    return new StepResult.Succeeded(described(seen), List.of(shifted(plan, deployment, seen)));
  }

  private static Event shifted(Plan plan, Deployment deployment, List<TrafficShare> seen) {
    return new TrafficShifted(
        deployment.id(),
        plan.place().application(),
        plan.place().environment(),
        Traffic.routeOf(plan.place()),
        seen);
  }

  private static String described(List<TrafficShare> shares) {
    return shares.isEmpty()
        ? "nobody gets traffic"
        : shares.stream()
            .map(
                share ->
                    "%s on %d instance(s): %.0f %%"
                        .formatted(share.version(), share.instances(), share.percent()))
            .collect(Collectors.joining(", "));
  }

  private StepResult checkAnswers(Deployment deployment, Plan plan) throws InterruptedException {
    List<Address> addresses =
        instances.running(release(deployment, Side.NEW)).stream()
            .map(Instance::address)
            .flatMap(Optional::stream)
            .toList();
    List<Verdict> verdicts = new ArrayList<>();
    for (EnvironmentSpec.HttpCheck check : plan.spec().verification().checks()) {
      verdicts.add(answers.verify(httpCheck(check, plan), addresses));
    }
    return result(verdicts);
  }

  private static HttpCheck httpCheck(EnvironmentSpec.HttpCheck check, Plan plan) {
    return new HttpCheck(
        "GET " + check.path(),
        check.path(),
        check.status(),
        Optional.ofNullable(check.body())
            .map(body -> body.replace("{version}", plan.version().value())),
        Objects.requireNonNullElse(check.maxLatency(), SLOWEST_ANSWER),
        HttpCheck.DEFAULT_TRIES);
  }

  private StepResult checkTraffic(Plan plan) throws InterruptedException {
    Verification limits = plan.spec().verification();
    FiguresCheck check =
        new FiguresCheck(
            limits.window(),
            limits.minimumRequests(),
            limits.maxErrorRate(),
            limits.maxP95(),
            ANY_INCREASE,
            ANY_FACTOR);
    return result(List.of(figures.verify(check, Traffic.routeOf(plan.place()), plan.version())));
  }

  /** The worst verdict counts; the evidence of all is kept. */
  private static StepResult result(List<Verdict> verdicts) {
    String evidence = verdicts.stream().map(Verdict::evidence).collect(Collectors.joining("; "));
    if (verdicts.stream().anyMatch(Verdict.Failed.class::isInstance)) {
      return StepResult.failed(
          evidence, "compare with the release before, and correct this version");
    }
    return verdicts.stream().anyMatch(Verdict.Inconclusive.class::isInstance)
        ? new StepResult.Inconclusive(evidence)
        : StepResult.succeeded(evidence);
  }

  private StepResult confirmServing(Deployment deployment) throws InterruptedException {
    Release release = release(deployment, Side.NEW);
    instances.requireAllRunning(release);
    return StepResult.succeeded(
        "%s runs and serves: %s"
            .formatted(release.digest(), described(traffic.requireServing(release))));
  }

  private StepResult bake(Deployment deployment, Plan plan, Instant since)
      throws InterruptedException {
    Release release = release(deployment, Side.NEW);
    Instant end = since.plus(plan.spec().bake());
    while (clock.instant().isBefore(end)) {
      instances.requireAllRunning(release);
      Duration left = Duration.between(clock.instant(), end);
      Thread.sleep(left.compareTo(BAKE_GLANCE) < 0 ? left : BAKE_GLANCE);
    }
    return StepResult.succeeded("nothing unusual for %s".formatted(plan.spec().bake()));
  }

  private Release release(Deployment deployment, Side side) {
    return switch (side) {
      case NEW -> releases.find(deployment.id()).orElseGet(() -> planned(deployment));
      case OLD ->
          releases
              .find(
                  Objects.requireNonNull(Objects.requireNonNull(deployment.plan()).previous())
                      .release())
              .orElseThrow();
    };
  }

  private Release planned(Deployment deployment) {
    return Release.of(
        deployment.id(),
        Objects.requireNonNull(deployment.plan()),
        deployment.request().requestedBy(),
        deployment.backups(),
        clock.instant());
  }
}
