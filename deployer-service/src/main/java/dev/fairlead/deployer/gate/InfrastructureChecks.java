package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Reachability.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether there is a place to run it. */
final class InfrastructureChecks implements Check {

  private static final int TRIES = 5;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Runtimes runtimes;
  private final Routers routers;
  private final Artifacts artifacts;

  InfrastructureChecks(Runtimes runtimes, Routers routers, Artifacts artifacts) {
    this.runtimes = runtimes;
    this.routers = routers;
    this.artifacts = artifacts;
  }

  @Override
  public List<Finding> look(Candidate candidate) throws InterruptedException {
    EnvironmentSpec spec = candidate.plan().spec();
    boolean removal = candidate.request().takesAway();
    List<Finding> findings = new ArrayList<>();
    if (!removal) {
      findings.add(artifact(candidate));
    }
    // what a host has that is away is stopped when it is back
    Grade grade = removal ? Grade.SHOULD : Grade.MUST;
    for (HostName host : runtimes.hosts(spec)) {
      findings.add(reachable("runtime", grade, () -> reachability(spec.runtime(), host)));
    }
    if (!removal || candidate.plan().removesFrom(spec.route().kind())) {
      findings.add(reachable("router", Grade.MUST, () -> routers.reachability(spec)));
    }
    for (RouterKind former : candidate.plan().formerRouters()) {
      findings.add(former(former));
    }
    return findings;
  }

  @Override
  public boolean concerns(Request request) {
    return true;
  }

  /** One that is away would turn the removal back only after the others took the traffic off. */
  private Finding former(RouterKind former) throws InterruptedException {
    String name = "router " + former.word();
    return routers.has(former)
        ? reachable(name, Grade.MUST, () -> routers.reachability(former))
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            Grade.SHOULD,
            name,
            "an earlier release was behind %s, which this deployer has no longer"
                .formatted(former.word()),
            "see that nobody uses that router any more: a route there stays");
  }

  private Reachability reachability(RuntimeKind kind, HostName host) {
    try {
      return runtimes.of(kind, host).reachability();
    } catch (NotServing e) {
      return new Unreachable("%s; %s".formatted(e.getMessage(), e.advice()));
    }
  }

  private Finding artifact(Candidate candidate) {
    try {
      artifacts.requireThere(candidate.plan());
      return Finding.passed(
          Gate.CODE, Grade.MUST, "artifact", candidate.plan().digest() + " is there");
    } catch (ArtifactUnusable e) {
      return Finding.failed(
          Gate.CODE,
          Grade.MUST,
          "artifact",
          String.valueOf(e.getMessage()),
          e.advice() == null
              ? "build version %s again".formatted(candidate.plan().version())
              : e.advice());
    }
  }

  /** What is just being restarted is given the time for it. */
  static Reachability patiently(Supplier<Reachability> neighbour) throws InterruptedException {
    Reachability reachability = neighbour.get();
    for (int tries = 1; tries < TRIES && reachability instanceof Unreachable; tries++) {
      Thread.sleep(BETWEEN_TRIES);
      reachability = neighbour.get();
    }
    return reachability;
  }

  private static Finding reachable(String what, Grade grade, Supplier<Reachability> neighbour)
      throws InterruptedException {
    return switch (patiently(neighbour)) {
      case Reachability.Reachable(String description) ->
          Finding.passed(Gate.INFRASTRUCTURE, grade, what, description);
      case Unreachable(String description) ->
          Finding.failed(
              Gate.INFRASTRUCTURE,
              grade,
              what,
              description,
              "see to that, then deploy again; nothing was changed");
    };
  }
}
