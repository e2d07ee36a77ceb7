package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Ends a drill that takes too long, or whose service stops, by ending its cluster. */
final class DrillClock implements AutoCloseable {

  private final ThrowawayCluster cluster;
  private final AtomicReference<@Nullable BackupFailure> stopped = new AtomicReference<>();
  private final Thread thread;

  private DrillClock(ThrowawayCluster cluster, Duration limit) {
    this.cluster = cluster;
    this.thread = Thread.ofVirtual().name("drill-clock").unstarted(() -> stopAfter(limit));
  }

  static DrillClock start(Duration limit, ThrowawayCluster cluster) {
    DrillClock clock = new DrillClock(cluster, limit);
    clock.thread.start();
    return clock;
  }

  private void stopAfter(Duration limit) {
    try {
      Thread.sleep(limit);
      stop(
          new BackupFailure(
              BackupFailureReason.TIMED_OUT,
              "the drill did not end within %s".formatted(limit),
              "raise fairlead.backup.drill.time-limit, or drill this database weekly"));
    } catch (InterruptedException _) {
      // the drill has ended
    }
  }

  void interrupt() {
    stop(
        new BackupFailure(
            BackupFailureReason.INTERRUPTED,
            "backup-service is stopping",
            "nothing: the drill is started again with the service"));
  }

  private void stop(BackupFailure reason) {
    if (stopped.compareAndSet(null, reason)) {
      cluster.close();
    }
  }

  /** Why the drill was ended; {@code seen} is then only what followed from it. */
  BackupFailure reasonOr(BackupFailure seen) {
    BackupFailure reason = stopped.get();
    return reason == null ? seen : reason;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
