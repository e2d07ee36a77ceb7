package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Health;
import dev.fairlead.deployer.runtime.HealthCheck;
import dev.fairlead.deployer.runtime.HealthGate;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.InstanceSpec;
import dev.fairlead.deployer.runtime.Program;
import dev.fairlead.deployer.runtime.Resident;
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
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Starts, watches and stops the instances of releases, whatever they run on. */
public final class Instances {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int LOG_LINES = 10_000;

  private final Runtimes runtimes;
  private final Artifacts artifacts;
  private final Secrets secrets;
  private final InstanceLogs logs;

  public Instances(Runtimes runtimes, Artifacts artifacts, Secrets secrets) {
    this.runtimes = runtimes;
    this.artifacts = artifacts;
    this.secrets = secrets;
    this.logs = new InstanceLogs(runtimes);
  }

  /**
   * The same on the hosts that answer now; the others are away at once, whatever is asked of them.
   *
   * @param patience with all hosts together
   */
  public Instances answering(Duration patience) {
    return new Instances(runtimes.answering(patience), artifacts, secrets);
  }

  /**
   * The same of these hosts alone; the others are as they were.
   *
   * @param patience with all of these together
   */
  public Instances answering(Set<HostName> hosts, Duration patience) {
    return new Instances(runtimes.answering(hosts, patience), artifacts, secrets);
  }

  /** Where they are. */
  Runtimes runtimes() {
    return runtimes;
  }

  /** Makes these run; those that run already are left alone. */
  public String start(Release release, List<InstanceId> ids, long fence)
      throws InterruptedException {
    Program program = artifacts.program(release.spec(), release.digest());
    Map<String, Variable> variables = variables(release);
    Hosts.of(release, ids)
        .each(
            id ->
                start(
                    new InstanceSpec(
                        id,
                        release.place(),
                        release.id(),
                        release.version(),
                        program,
                        variables,
                        release.spec().instanceLimits()),
                    runtimes.of(release, id),
                    new Fence(release.place(), fence)));
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
    return awaitHealthy(release, ids, stayHealthy, release.spec().health().within());
  }

  /**
   * @param atMost how long they may take, if the manifest does not allow less
   */
  public String awaitHealthy(
      Release release, List<InstanceId> ids, Duration stayHealthy, Duration atMost)
      throws InterruptedException {
    EnvironmentSpec.Health health = release.spec().health();
    Duration within = health.within().compareTo(atMost) < 0 ? health.within() : atMost;
    List<Health> results =
        new HealthGate(id -> observe(release, id))
            .await(
                ids,
                new HealthCheck(
                    health.path(), health.interval(), health.timeout(), stayHealthy, within));
    List<Health.Unhealthy> unhealthy =
        results.stream()
            .filter(Health.Unhealthy.class::isInstance)
            .map(Health.Unhealthy.class::cast)
            .toList();
    if (!unhealthy.isEmpty()) {
      throw new NotServing(
          unhealthy.stream()
              .map(one -> one.instance() + ": " + one.reason())
              .collect(Collectors.joining("; ", "not healthy: ", "")),
          "read what it wrote: fairlead instances log %s; it has to answer GET %s with 2xx"
              .formatted(unhealthy.getFirst().instance(), health.path()));
    }
    return "%s of %s healthy".formatted(counted(ids), release.version());
  }

  /** Ends these and forgets them; those that are gone already are fine. */
  public String stop(Release release, List<InstanceId> ids, long fence)
      throws InterruptedException {
    Hosts.of(release, ids)
        .each(id -> runtimes.of(release, id).stop(id, GRACE, new Fence(release.place(), fence)));
    return "%s of %s stopped".formatted(counted(ids), release.version());
  }

  /** Which of these are on hosts that answer. */
  public RollCall call(Release release, List<InstanceId> ids) {
    return RollCall.of(runtimes, release, ids);
  }

  /** Those of the release that run, and run its artifact. */
  public List<Instance> running(Release release) {
    return running(release, release.instances());
  }

  /** Those of these that run, and run its artifact. */
  public List<Instance> running(Release release, List<InstanceId> ids) {
    return ids.stream()
        .map(id -> observe(release, id))
        .flatMap(Optional::stream)
        .filter(instance -> instance.deployment().equals(release.id()))
        .filter(instance -> instance.digest().equals(release.digest()))
        .filter(Instance::running)
        .toList();
  }

  /** Stops whatever runs at its place and is not of this release, on every host that answers. */
  public void stopOthers(Release release, long fence) throws InterruptedException {
    stop(
        release.place(),
        found -> !found.deployment().equals(release.id()),
        new Fence(release.place(), fence));
  }

  /** Stops those at a place that the question is answered with yes for. */
  public void stop(Place place, Predicate<Instance> which, Fence fence)
      throws InterruptedException {
    for (Runtime runtime : runtimes.all().toList()) {
      for (Instance found : at(place, runtime)) {
        if (which.test(found)) {
          runtime.stop(found.id(), GRACE, fence);
        }
      }
    }
  }

  /** Who has instances where, on any runtime that can be asked. */
  public Set<Resident> residents() {
    return runtimes
        .all()
        .flatMap(runtime -> residents(runtime).stream())
        .collect(Collectors.toSet());
  }

  /** Every instance of the place, of any release, on any runtime that can be asked. */
  public List<Instance> at(Place place) {
    return runtimes.all().flatMap(runtime -> at(place, runtime).stream()).toList();
  }

  /** A runtime that is not there has no instances. */
  private static List<Instance> at(Place place, Runtime runtime) {
    try {
      return runtime.observe(place);
    } catch (RuntimeFailure _) {
      return List.of();
    }
  }

  private static Set<Resident> residents(Runtime runtime) {
    try {
      return runtime.residents();
    } catch (RuntimeFailure _) {
      return Set.of();
    }
  }

  public Optional<Instance> observe(Release release, InstanceId id) {
    return runtimes.of(release, id).observe(id);
  }

  public Optional<Usage> usage(Release release, InstanceId id) {
    return runtimes.of(release, id).usage(id);
  }

  /** The last lines it wrote, oldest first; empty of one that is gone. */
  public Optional<List<String>> log(Release release, InstanceId id) {
    return runtimes.of(release, id).log(id, LOG_LINES);
  }

  InstanceLogs logs() {
    return logs;
  }

  /**
   * Cuts the logs of instances that are longer.
   *
   * @param most bytes, at least 1 MB
   */
  public void cutLogs(long most) {
    runtimes.all().forEach(runtime -> runtime.cutLogs(most));
  }

  /**
   * All of them, as they were seen just now.
   *
   * @throws NotServing unless every instance of the release runs exactly its artifact
   */
  public List<Instance> requireAllRunning(Release release) {
    return release.instances().stream().map(id -> requireRunning(release, id)).toList();
  }

  private Instance requireRunning(Release release, InstanceId id) {
    Optional<Instance> seen = observe(release, id);
    Instance instance =
        seen.filter(Instance::running)
            .orElseThrow(
                () ->
                    new NotServing(
                        "%s does not run: %s"
                            .formatted(id, seen.map(one -> one.state().toString()).orElse("gone")),
                        "see why it ended: fairlead instances log " + id));
    if (!instance.digest().equals(release.digest())
        || !instance.deployment().equals(release.id())) {
      throw new NotServing(
          "%s runs %s of deployment %s instead of %s of %s"
              .formatted(
                  id, instance.digest(), instance.deployment(), release.digest(), release.id()),
          "find out who else starts instances under this name");
    }
    return instance;
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
