package dev.fairlead.cli.health;

import dev.fairlead.cli.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wait for health. It is over once every target is healthy; also where some stay not deployed yet
 * for a while after all others became healthy. Right after a first deployment its place still
 * counts as not deployed, until health-service has read of it.
 */
final class HealthWait {

  /** An event is read within a second; on a busy machine within a few. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private @Nullable Long othersHealthySince;

  /**
   * To be asked with each answer, since it remembers what it saw.
   *
   * @param nanos of {@link System#nanoTime()}
   */
  boolean isOver(List<Json> targets, long nanos) {
    if (targets.stream().allMatch(HealthCommand::isHealthy)) {
      return true;
    }
    if (!HealthCommand.allWell(targets) || targets.stream().noneMatch(HealthCommand::isHealthy)) {
      othersHealthySince = null;
      return false;
    }
    if (othersHealthySince == null) {
      othersHealthySince = nanos;
    }
    return nanos - othersHealthySince >= GRACE.toNanos();
  }
}
