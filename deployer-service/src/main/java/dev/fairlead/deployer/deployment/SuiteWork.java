package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.Verification;
import dev.fairlead.deployer.manifest.Verification.DatabaseAssertion;
import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Suite;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
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
import java.util.Optional;

/** Runs the suites that the manifest asks for on the new release. */
record SuiteWork(
    Instances instances,
    Databases databases,
    SecurityVerification security,
    LoadVerification load,
    Sides sides) {

  StepResult run(Deployment deployment, Suite suite) throws InterruptedException {
    Release release = sides.of(deployment, Side.NEW);
    Verification asked = release.spec().verification();
    return VerificationWork.result(
        switch (suite) {
          case DATABASE -> asked.assertions().stream().map(one -> ask(release, one)).toList();
          case SECURITY ->
              List.of(
                  security.verify(
                      Objects.requireNonNull(asked.security()),
                      release.spec().route().host(),
                      addresses(release)));
          case LOAD ->
              List.of(load.verify(Objects.requireNonNull(asked.load()), addresses(release)));
          case RESOURCES -> List.of(resources(release, Objects.requireNonNull(asked.resources())));
          case LOGS ->
              List.of(LogVerification.verify(Objects.requireNonNull(asked.logs()), logs(release)));
        });
  }

  private Verdict ask(Release release, DatabaseAssertion assertion) {
    Database database =
        release.spec().databases().stream()
            .filter(known -> known.key().equals(assertion.database()))
            .findFirst()
            .orElseThrow();
    return DatabaseIntegrity.verify(assertion, databases.access(database));
  }

  private List<Address> addresses(Release release) {
    return instances.running(release).stream()
        .map(Instance::address)
        .flatMap(Optional::stream)
        .toList();
  }

  private Verdict resources(Release release, ResourceLimits limits) throws InterruptedException {
    long start = System.nanoTime();
    Map<String, Usage> before = usages(release);
    Thread.sleep(limits.window());
    Map<String, Usage> after = usages(release);
    return ResourceVerification.verify(
        limits, before, after, Duration.ofNanos(System.nanoTime() - start));
  }

  private Map<String, Usage> usages(Release release) {
    Map<String, Usage> usages = new LinkedHashMap<>();
    instances
        .running(release)
        .forEach(
            instance ->
                instances
                    .usage(release, instance.id())
                    .ifPresent(usage -> usages.put(instance.id().value(), usage)));
    return usages;
  }

  private Map<String, List<String>> logs(Release release) {
    Map<String, List<String>> logs = new LinkedHashMap<>();
    instances
        .running(release)
        .forEach(
            instance -> logs.put(instance.id().value(), instances.log(release, instance.id())));
    return logs;
  }
}
