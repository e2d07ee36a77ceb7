package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Health;
import dev.fairlead.deployer.runtime.HealthCheck;
import dev.fairlead.deployer.runtime.HealthGate;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.InstanceSpec;
import dev.fairlead.deployer.runtime.Limits;
import dev.fairlead.deployer.runtime.Program;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.runtime.Usage;
import dev.fairlead.deployer.runtime.Variable;
import dev.fairlead.events.Place;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts, watches and stops the instances of releases, whatever they run on. */
public final class Instances {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int LOG_LINES = 10_000;

  private final Runtimes runtimes;
  private final Artifacts artifacts;
  private final Secrets secrets;

  public Instances(Runtimes runtimes, Artifacts artifacts, Secrets secrets) {
    this.runtimes = runtimes;
    this.artifacts = artifacts;
    this.secrets = secrets;
  }

  /** Makes these run; those that run already are left alone. */
  public String start(Release release, List<InstanceId> ids, long fence)
      throws InterruptedException {
    Program program = artifacts.program(release.spec(), release.digest());
    Map<String, Variable> variables = variables(release);
    for (InstanceId id : ids) {
      start(
          new InstanceSpec(
              id,
              release.place(),
              release.id(),
              release.version(),
              program,
              variables,
              Limits.DEFAULT),
          runtimeOf(release),
          new Fence(release.place(), fence));
    }
    return "%s of %s run".formatted(counted(ids), release.version());
  }

  /** One whose stopping was begun and never finished has to be stopped to the end first. */
  private static void start(InstanceSpec spec, Runtime runtime, Fence fence)
      throws InterruptedException {
    try {
      runtime.start(spec, fence);
    } catch (RuntimeFailure e) {
      if (runtime.observe(spec.id()).isEmpty()) {
        throw e;
      }
      runtime.stop(spec.id(), GRACE, fence);
      runtime.start(spec, fence);
    }
  }

  /**
   * @param stayHealthy how long they must stay so
   * @throws NotServing naming every instance that is not
   */
  public String awaitHealthy(Release release, List<InstanceId> ids, Duration stayHealthy)
      throws InterruptedException {
    EnvironmentSpec.Health health = release.spec().health();
    List<Health> results =
        new HealthGate(runtimeOf(release))
            .await(
                ids,
                new HealthCheck(
                    health.path(),
                    health.interval(),
                    health.timeout(),
                    stayHealthy,
                    health.within()));
    String unhealthy =
        results.stream()
            .<String>mapMulti(
                (result, next) -> {
                  if (result instanceof Health.Unhealthy(InstanceId id, String reason)) {
                    next.accept("%s: %s".formatted(id, reason));
                  }
                })
            .collect(Collectors.joining("; "));
    if (!unhealthy.isEmpty()) {
      throw new NotServing(
          "not healthy: " + unhealthy,
          "start version %s by hand with the same variables and ask %s"
              .formatted(release.version(), health.path()));
    }
    return "%s of %s healthy".formatted(counted(ids), release.version());
  }

  /** Ends these and forgets them; those that are gone already are fine. */
  public String stop(Release release, List<InstanceId> ids, long fence)
      throws InterruptedException {
    for (InstanceId id : ids) {
      runtimeOf(release).stop(id, GRACE, new Fence(release.place(), fence));
    }
    return "%s of %s stopped".formatted(counted(ids), release.version());
  }

  /** Those of the release that run, by the digest they were seen to run. */
  public List<Instance> running(Release release) {
    return runtimeOf(release).observe(release.place()).stream()
        .filter(instance -> instance.deployment().equals(release.id()))
        .filter(Instance::running)
        .toList();
  }

  /** Whether anything runs at its place that is not of this release. */
  public boolean hasOthers(Release release) {
    return at(release.place()).stream().anyMatch(found -> !found.deployment().equals(release.id()));
  }

  /** Stops whatever runs at its place and is not of this release. */
  public void stopOthers(Release release, long fence) throws InterruptedException {
    for (RuntimeKind kind : RuntimeKind.values()) {
      for (Instance found : at(release.place(), kind)) {
        if (!found.deployment().equals(release.id())) {
          runtimes.of(kind).stop(found.id(), GRACE, new Fence(release.place(), fence));
        }
      }
    }
  }

  /** Every instance of the place, of any release, on any runtime that can be asked. */
  List<Instance> at(Place place) {
    return Stream.of(RuntimeKind.values()).flatMap(kind -> at(place, kind).stream()).toList();
  }

  /** A runtime that is not there has no instances. */
  private List<Instance> at(Place place, RuntimeKind kind) {
    try {
      return runtimes.of(kind).observe(place);
    } catch (RuntimeFailure _) {
      return List.of();
    }
  }

  public Optional<Instance> observe(Release release, InstanceId id) {
    return runtimeOf(release).observe(id);
  }

  public Optional<Usage> usage(Release release, InstanceId id) {
    return runtimeOf(release).usage(id);
  }

  /** The last lines it wrote, oldest first. */
  public List<String> log(Release release, InstanceId id) {
    return runtimeOf(release).log(id, LOG_LINES);
  }

  /**
   * @throws NotServing unless every instance of the release runs exactly its artifact
   */
  public void requireAllRunning(Release release) {
    Map<InstanceId, Instance> running =
        running(release).stream().collect(Collectors.toMap(Instance::id, instance -> instance));
    for (InstanceId id : release.instances()) {
      Instance instance = running.get(id);
      if (instance == null) {
        throw new NotServing(
            "%s does not run: %s".formatted(id, stateOf(release, id)),
            "look at its log for why it ended");
      }
      if (!instance.digest().equals(release.digest())) {
        throw new NotServing(
            "%s runs %s instead of %s".formatted(id, instance.digest(), release.digest()),
            "find out who else starts instances under this name");
      }
    }
  }

  private String stateOf(Release release, InstanceId id) {
    return observe(release, id).map(instance -> instance.state().toString()).orElse("gone");
  }

  private Runtime runtimeOf(Release release) {
    return runtimes.of(release.spec().runtime());
  }

  private Map<String, Variable> variables(Release release) {
    Map<String, Variable> variables = new HashMap<>();
    release
        .spec()
        .variables()
        .forEach(
            (name, value) ->
                variables.put(
                    name,
                    value.startsWith("secret:")
                        ? Variable.secret(secrets.resolve(new SecretReference(value)).reveal())
                        : Variable.plain(value.replace("{version}", release.version().value()))));
    return variables;
  }

  private static String counted(List<InstanceId> ids) {
    return ids.size() == 1 ? "1 instance" : ids.size() + " instances";
  }
}
