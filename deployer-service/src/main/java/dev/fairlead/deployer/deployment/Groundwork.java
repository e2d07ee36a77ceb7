package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.gate.Candidate;
import dev.fairlead.deployer.gate.GateReport;
import dev.fairlead.deployer.gate.Gates;
import dev.fairlead.deployer.gate.Waiver;
import dev.fairlead.deployer.hook.CalledFiles;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Tests;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedFile;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.trial.Command;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Everything before the first instance: gates, the record, tests, the artifact. */
record Groundwork(ManifestFolders folders, Artifacts artifacts, Gates gates, Sides sides) {

  StepResult checkGates(Deployment deployment) throws InterruptedException {
    GateReport report = gates.report(new Candidate(deployment.request(), deployment.known()));
    List<Event> answers =
        report.decisions().stream().map(answer -> evaluated(deployment, answer)).toList();
    return report.passed()
        ? new StepResult.Succeeded(report.summary(), answers)
        : new StepResult.Failed(report.failures(), report.advice(), true, answers);
  }

  private static Event evaluated(Deployment deployment, GateReport.DecisionAnswer answer) {
    Waiver waiver = answer.waiver();
    return new GateEvaluated(
        answer.decision(),
        deployment.id(),
        answer.passed(),
        answer.detail(),
        deployment.place().toString(),
        deployment.request().version(),
        waiver == null ? null : waiver.by(),
        waiver == null ? null : waiver.reason());
  }

  /** Nothing else keeps the image that was built until now: where it is gone it is built again. */
  StepResult recordRelease(Deployment deployment) throws InterruptedException {
    Release planned = sides.planned(deployment);
    Release release =
        deployment.known().builds()
            ? planned.with(artifacts.build(deployment.known(), deployment.id()))
            : planned;
    sides.releases().record(release);
    return StepResult.succeeded(
        "release %s of %s recorded".formatted(release.version(), release.digest()));
  }

  StepResult runTests(Deployment deployment) throws InterruptedException {
    Plan plan = deployment.known();
    Tests tests = Objects.requireNonNull(plan.spec().tests());
    Path folder = folders.of(plan);
    Optional<String> objection =
        new CalledFiles(folder).objection(PlannedFile.TESTS, tests.command(), plan.files());
    if (objection.isPresent()) {
      return StepResult.failed(objection.get(), HookWork.PLAN_AGAIN);
    }
    Command.Ended ended =
        new Command(
                deployment.id(),
                "tests of the manifest",
                tests.command(),
                folder,
                Map.of("VERSION", plan.version().value()),
                tests.timeout())
            .run();
    return ended.passed()
        ? StepResult.succeeded("tests passed")
        : StepResult.failed(
            "tests failed (%s): %s".formatted(ended.fault(), ended.lastLines()),
            "run %s in %s".formatted(String.join(" ", tests.command()), folder));
  }

  StepResult buildImage(Deployment deployment) throws InterruptedException {
    return StepResult.succeeded(
        "image %s is there".formatted(artifacts.build(deployment.known(), deployment.id())));
  }

  StepResult prepareArtifact(Deployment deployment) {
    Release release = sides.of(deployment, Side.NEW);
    artifacts.prepare(release);
    return StepResult.succeeded("%s is ready to start".formatted(release.digest()));
  }
}
