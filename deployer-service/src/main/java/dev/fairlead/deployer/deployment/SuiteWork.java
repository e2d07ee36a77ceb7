package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.Verification;
import dev.fairlead.deployer.manifest.Verification.DatabaseAssertion;
import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Suite;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Usage;
import dev.fairlead.deployer.verification.DatabaseIntegrity;
import dev.fairlead.deployer.verification.LoadVerification;
import dev.fairlead.deployer.verification.LogVerification;
import dev.fairlead.deployer.verification.ResourceVerification;
import dev.fairlead.deployer.verification.SecurityVerification;
import dev.fairlead.deployer.verification.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs the suites that the manifest asks for on the new release. */
record SuiteWork(
    Inquiry inquiry,
    Databases databases,
    SecurityVerification security,
    LoadVerification load,
    Sides sides) {

  StepResult run(Deployment deployment, Suite suite) throws InterruptedException {
    Release release = sides.of(deployment, Side.NEW);
    return switch (suite) {
      case SECURITY, LOAD ->
          inquiry.judge(release, deployment.deadline(), () -> verdicts(release, suite));
      case DATABASE, RESOURCES, LOGS -> inquiry.judge(() -> verdicts(release, suite));
    };
  }

  private List<Verdict> verdicts(Release release, Suite suite) throws InterruptedException {
    Verification asked = release.spec().verification();
    return switch (suite) {
      case DATABASE -> asked.assertions().stream().map(one -> ask(release, one)).toList();
      case SECURITY ->
          List.of(
              security.verify(
                  Objects.requireNonNull(asked.security()),
                  release.spec().route().host(),
                  inquiry.addresses(release)));
      case LOAD ->
          List.of(load.verify(Objects.requireNonNull(asked.load()), inquiry.addresses(release)));
      case RESOURCES -> List.of(resources(release, Objects.requireNonNull(asked.resources())));
      case LOGS -> List.of(logs(release, Objects.requireNonNull(asked.logs())));
    };
  }

  private Verdict ask(Release release, DatabaseAssertion assertion) {
    Database database =
        release.spec().databases().stream()
            .filter(known -> known.key().equals(assertion.database()))
            .findFirst()
            .orElseThrow();
    return DatabaseIntegrity.verify(assertion, databases.access(database));
  }

  private Verdict resources(Release release, ResourceLimits limits) throws InterruptedException {
    Usages before = inquiry.ask(there -> usages(there, release));
    Thread.sleep(limits.window());
    Usages after = inquiry.ask(there -> usages(there, release));
    return ResourceVerification.verify(
        limits,
        names(release),
        before.byName(),
        after.byName(),
        Duration.ofNanos(System.nanoTime() - before.since()));
  }

  /**
   * @param since when the question that was answered was begun, by {@link System#nanoTime}: the
   *     tries before it are none of the time measured
   */
  private record Usages(long since, Map<String, Usage> byName) {}

  private static Usages usages(Instances instances, Release release) {
    long since = System.nanoTime();
    Map<String, Usage> usages = new LinkedHashMap<>();
    instances
        .running(release)
        .forEach(
            instance ->
                instances
                    .usage(release, instance.id())
                    .ifPresent(usage -> usages.put(instance.id().value(), usage)));
    return new Usages(since, usages);
  }

  private Verdict logs(Release release, LogScan scan) throws InterruptedException {
    ReadLogs read = ReadLogs.of(inquiry, release);
    return LogVerification.verify(scan, read.logs(), read.unread());
  }

  private static List<String> names(Release release) {
    return release.instances().stream().map(InstanceId::value).toList();
  }
}
