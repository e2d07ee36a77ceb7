package dev.fairlead.deployer.deployment;

import dev.fairlead.events.DeploymentId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets steps under way notice that somebody has changed their deployment. However many there are,
 * one of them asks the database for all: thirty that each asked for themselves would leave nobody
 * else a connection.
 */
final class Glances {

  private final Function<Set<DeploymentId>, Map<DeploymentId, String>> versions;
  private final long freshNanos;
  private final LongSupplier nanos;
  private final Set<DeploymentId> watched = ConcurrentHashMap.newKeySet();
  private final ReentrantLock asking = new ReentrantLock();
  private volatile Seen seen;

  private record Seen(Map<DeploymentId, String> versions, long at) {}

  /**
   * @param versions a word for each that changes whenever it does
   * @param fresh how long an answer is good for everybody
   * @param nanos a clock that only runs forward
   */
  Glances(
      Function<Set<DeploymentId>, Map<DeploymentId, String>> versions,
      Duration fresh,
      LongSupplier nanos) {
    this.versions = versions;
    this.freshNanos = fresh.toNanos();
    this.nanos = nanos;
    this.seen = new Seen(Map.of(), nanos.getAsLong() - freshNanos);
  }

  /** For a step that begins; to be closed at its end. */
  Glance at(DeploymentId id) {
    watched.add(id);
    return new Glance(id);
  }

  private Map<DeploymentId, String> latest() {
    if (isStale() && asking.tryLock()) {
      try {
        if (isStale()) {
          long now = nanos.getAsLong();
          seen = new Seen(versions.apply(Set.copyOf(watched)), now);
        }
      } finally {
        asking.unlock();
      }
    }
    return seen.versions();
  }

  private boolean isStale() {
    return nanos.getAsLong() - seen.at() >= freshNanos;
  }

  /** What one step has seen of its deployment. Not for several threads. */
  final class Glance implements AutoCloseable {

    private final DeploymentId id;
    private @Nullable String heeded;
    private @Nullable String latest;

    private Glance(DeploymentId id) {
      this.id = id;
    }

    /**
     * Whether there is anything to look at more closely: always at first, since nobody knows what
     * came between the last look and the step, and until {@link #heed} says that it was looked at.
     */
    boolean changed() {
      latest = latest().get(id);
      return latest != null && !Objects.equals(latest, heeded);
    }

    void heed() {
      heeded = latest;
    }

    @Override
    public void close() {
      watched.remove(id);
    }
  }
}
