package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When an instance that has exited is to be started again: the more often it has crashed in a row,
 * the later. Runtimes count its restarts and know when it was started last; remembered is only from
 * which count on the row is counted.
 */
final class Crashes {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** One that stayed up for so long has begun a new row. */
  private static final Duration SOUND = Duration.ofMinutes(10);

  private final Map<InstanceId, Integer> rowBegan = new ConcurrentHashMap<>();

  /** Counted from its last start: one that has run for longer than the pause is due at once. */
  Instant due(Instance exited, Instant now) {
    Instant started = exited.startedAt().orElse(Instant.MIN);
    boolean sound = !started.isAfter(now.minus(SOUND));
    int began =
        rowBegan.merge(
            exited.id(), exited.restarts(), (known, seen) -> sound ? seen : Math.min(known, seen));
    return sound ? now : started.plus(pause(exited.restarts() - began));
  }

  /** The pause before the next start, after so many restarts in a row. */
  static Duration pause(int restarts) {
    int doublings = Math.min(restarts, Integer.SIZE - 2);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Forgets all others. */
  void keep(Collection<InstanceId> serving) {
    rowBegan.keySet().retainAll(serving);
  }
}
