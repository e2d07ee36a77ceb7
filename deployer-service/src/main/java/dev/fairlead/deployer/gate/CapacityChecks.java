package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether each host has what one container may use. More processors are refused by its engine when
 * a container is made, in the middle of the rollout; more memory is accepted, and not there when it
 * is needed, which is told and stops nothing. Neither stops a rollback: what ran there may do so
 * again. What all containers of a host may use together is for people to know: limits are what they
 * must not exceed, and seldom what they need.
 */
final class CapacityChecks implements Check {

  private static final String NAME = "capacity";
  private static final String MEMORY = "memory";
  private static final long MEGABYTE = 1L << 20;

  /** What a host's kernel keeps is no part of what its engine tells: 4 GB are told as 3.8. */
  private static final double TOLERANCE = 1.1;

  /** With all hosts together: of one that is silent the infrastructure check tells. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Engines engines;

  CapacityChecks(Engines engines) {
    this.engines = engines;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    EnvironmentSpec spec = candidate.plan().spec();
    if (spec.runtime() != RuntimeKind.DOCKER) {
      return List.of();
    }
    return told(spec.hosts()).stream()
        .flatMap(host -> compare(spec.instanceLimits(), host, refused(candidate)).stream())
        .toList();
  }

  /** How bad it is when there are more processors than the engine grants. */
  static Grade refused(Candidate candidate) {
    return candidate.request().isRollback() ? Grade.SHOULD : Grade.MUST;
  }

  /** What one host has. */
  record Host(HostName name, Engine.Capacity capacity) {}

  private List<Host> told(List<HostName> hosts) {
    List<CompletableFuture<Optional<Host>>> asked =
        hosts.stream()
            .distinct()
            .flatMap(host -> engines.find(host).stream())
            .map(CapacityChecks::ask)
            .toList();
    return asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
  }

  private static CompletableFuture<Optional<Host>> ask(Engine engine) {
    return CompletableFuture.supplyAsync(
            () -> engine.capacity().map(has -> new Host(engine.host(), has)),
            Thread::startVirtualThread)
        .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  static List<Finding> compare(Limits asked, Host host, Grade refused) {
    List<Finding> faults =
        Stream.of(processors(asked, host, refused), memory(asked, host))
            .flatMap(Optional::stream)
            .toList();
    return faults.isEmpty() ? List.of(enough(host)) : faults;
  }

  private static Finding enough(Host host) {
    return Finding.passed(
        Gate.INFRASTRUCTURE,
        Grade.MUST,
        NAME,
        "host %s has %d processors and %d MB of memory"
            .formatted(
                host.name(), host.capacity().processors(), host.capacity().memory() / MEGABYTE));
  }

  private static Optional<Finding> processors(Limits asked, Host host, Grade grade) {
    int has = host.capacity().processors();
    return asked.cpus() <= has
        ? Optional.empty()
        : Optional.of(
            Finding.failed(
                Gate.INFRASTRUCTURE,
                grade,
                NAME,
                "%s processors are asked for each container, and host %s has %d"
                    .formatted(written(asked.cpus()), host.name(), has),
                "set limits.processors to %d at most, or name another host".formatted(has)));
  }

  private static Optional<Finding> memory(Limits asked, Host host) {
    long has = host.capacity().memory();
    return asked.memoryBytes() <= has * TOLERANCE
        ? Optional.empty()
        : Optional.of(
            Finding.failed(
                Gate.INFRASTRUCTURE,
                Grade.SHOULD,
                MEMORY,
                "each container may use %d MB of memory, and host %s has %d MB"
                    .formatted(asked.memoryBytes() / MEGABYTE, host.name(), has / MEGABYTE),
                "set limits.memory to %d MB at most, or name another host"
                    .formatted(has / MEGABYTE)));
  }

  private static String written(double processors) {
    return processors == Math.rint(processors)
        ? String.format(Locale.ROOT, "%.0f", processors)
        : Double.toString(processors);
  }
}
