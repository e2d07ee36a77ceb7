package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether each host has what one container may use. More processors are refused by its engine when
 * a container is made, in the middle of the rollout; more memory is granted there and never there
 * when it is needed. What all containers of a host may use together is for people to know: limits
 * are what they must not exceed, and seldom what they need.
 */
final class CapacityChecks implements Check {

  private static final String NAME = "capacity";
  private static final long MEGABYTE = 1L << 20;

  private final Engines engines;

  CapacityChecks(Engines engines) {
    this.engines = engines;
  }

  /** Of a host that is away the infrastructure check tells. */
  @Override
  public List<Finding> look(Candidate candidate) {
    EnvironmentSpec spec = candidate.plan().spec();
    List<Finding> findings = new ArrayList<>();
    if (spec.runtime() == RuntimeKind.DOCKER) {
      spec.hosts().stream()
          .distinct()
          .flatMap(host -> engines.find(host).stream())
          .forEach(
              engine ->
                  engine
                      .capacity()
                      .ifPresent(
                          capacity ->
                              findings.add(
                                  compare(spec.instanceLimits(), engine.host(), capacity))));
    }
    return findings;
  }

  static Finding compare(Limits asked, HostName host, Engine.Capacity capacity) {
    List<String> faults = new ArrayList<>();
    List<String> advice = new ArrayList<>();
    if (asked.cpus() > capacity.processors()) {
      faults.add(
          "%s processors are asked for each container, and host %s has %d"
              .formatted(written(asked.cpus()), host, capacity.processors()));
      advice.add("limits.processors to %d at most".formatted(capacity.processors()));
    }
    if (asked.memoryBytes() > capacity.memory()) {
      long has = capacity.memory() / MEGABYTE;
      faults.add(
          "%d MB of memory are asked for each container, and host %s has %d MB"
              .formatted(asked.memoryBytes() / MEGABYTE, host, has));
      advice.add("limits.memory to %d MB at most".formatted(has));
    }
    return faults.isEmpty()
        ? Finding.passed(
            Gate.INFRASTRUCTURE,
            Grade.MUST,
            NAME,
            "host %s has %d processors and %d MB of memory"
                .formatted(host, capacity.processors(), capacity.memory() / MEGABYTE))
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            Grade.MUST,
            NAME,
            String.join("; ", faults),
            "set %s, or name another host".formatted(String.join(" and ", advice)));
  }

  private static String written(double processors) {
    return processors == Math.rint(processors)
        ? String.format(Locale.ROOT, "%.0f", processors)
        : Double.toString(processors);
  }
}
