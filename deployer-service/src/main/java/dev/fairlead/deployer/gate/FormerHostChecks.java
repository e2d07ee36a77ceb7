package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Reachability.Reachable;
import dev.fairlead.deployer.runtime.Reachability.Unreachable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether what serves now can be stopped on those of its hosts that the new release is not on. As a
 * rule it may follow later, without traffic; where a plan stops the world, the old release must not
 * be left at work unseen.
 */
final class FormerHostChecks implements Check {

  private static final String NAME = "former-host";

  private final Runtimes runtimes;
  private final Releases releases;

  FormerHostChecks(Runtimes runtimes, Releases releases) {
    this.runtimes = runtimes;
    this.releases = releases;
  }

  @Override
  public List<Finding> look(Candidate candidate) throws InterruptedException {
    Plan plan = candidate.plan();
    Optional<EnvironmentSpec> former =
        Optional.ofNullable(plan.previous())
            .flatMap(previous -> releases.find(previous.release()))
            .map(Release::spec);
    List<Finding> findings = new ArrayList<>();
    for (HostName host : former.map(spec -> left(spec, plan.spec())).orElse(List.of())) {
      findings.add(look(former.orElseThrow(), host, plan));
    }
    return findings;
  }

  /** Of the hosts that the new release is on, another check tells. */
  private List<HostName> left(EnvironmentSpec former, EnvironmentSpec next) {
    return runtimes.hosts(former).stream()
        .filter(host -> former.runtime() != next.runtime() || !next.hosts().contains(host))
        .toList();
  }

  private Finding look(EnvironmentSpec former, HostName host, Plan plan)
      throws InterruptedException {
    if (!runtimes.has(former.runtime(), host)) {
      return Finding.failed(
          Gate.INFRASTRUCTURE,
          Grade.SHOULD,
          NAME,
          "the release before has instances on host %s, which this deployer has no longer"
              .formatted(host),
          "see that nothing of it runs there: nobody stops it");
    }
    Reachability seen =
        InfrastructureChecks.patiently(() -> runtimes.of(former.runtime(), host).reachability());
    return switch (seen) {
      case Reachable(String description) ->
          Finding.passed(Gate.INFRASTRUCTURE, grade(plan), NAME, description);
      case Unreachable(String why) -> silent(host, why, grade(plan));
    };
  }

  private static Grade grade(Plan plan) {
    return plan.steps().stream().anyMatch(step -> step.work() instanceof Work.HoldTraffic)
        ? Grade.MUST
        : Grade.SHOULD;
  }

  private static Finding silent(HostName host, String why, Grade grade) {
    String what = "the release before has instances on host %s: %s".formatted(host, why);
    return grade == Grade.MUST
        ? Finding.failed(
            Gate.INFRASTRUCTURE,
            grade,
            NAME,
            what + "; they may be at work where this plan must have them at rest",
            "bring it back; or, if it is gone for good and nothing runs there any more, take it out of fairlead.deployer.docker-hosts; nothing was changed")
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            grade,
            NAME,
            what,
            "nothing, if it comes back: they get no traffic once they are replaced, and are stopped then");
  }
}
