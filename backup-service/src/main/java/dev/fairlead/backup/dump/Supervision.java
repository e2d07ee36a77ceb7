package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What goes on beside a dump: what it holds is counted in the same snapshot, its locks are watched,
 * its time is limited. Whichever fails first ends the dump and is the reason that is told.
 */
public final class Supervision implements AutoCloseable {

  private final Snapshot snapshot;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable BackupFailure> stopped = new AtomicReference<>();
  private volatile @Nullable Followed followed;

  private record Followed(
      DumpProcess dump, ContentReading reading, CompletableFuture<DatabaseContent> contents) {}

  /**
   * Watches from now on, before the snapshot locks anything.
   *
   * @param limit for everything until the dump has ended
   */
  public Supervision(Snapshot snapshot, DatabaseAccess access, String sessionName, Duration limit) {
    this.snapshot = snapshot;
    threads.execute(new LockWatch(access, sessionName, this::stop));
    threads.execute(() -> stopAfter(limit));
  }

  /**
   * Counts beside this dump, and ends it when it must end.
   *
   * @param reading begun before the dump was
   */
  public void follow(DumpProcess dump, ContentReading reading) {
    followed =
        new Followed(
            dump, reading, CompletableFuture.supplyAsync(() -> contents(reading), threads));
    if (stopped.get() != null) {
      dump.kill();
    }
  }

  private DatabaseContent contents(ContentReading reading) {
    try {
      return reading.read();
    } catch (BackupFailure failure) {
      stop(failure);
      throw failure;
    }
  }

  private void stopAfter(Duration limit) {
    try {
      Thread.sleep(limit);
      stop(
          new BackupFailure(
              BackupFailureReason.TIMED_OUT,
              "the dump did not end within %s".formatted(limit),
              "see what the database is busy with, or raise fairlead.backup.time-limit"));
    } catch (InterruptedException _) {
      // the dump has ended
    }
  }

  /** Ends the dump for this reason, unless it was ended for another before. */
  public void stop(BackupFailure reason) {
    if (stopped.compareAndSet(null, reason)) {
      Followed now = followed;
      if (now != null) {
        now.dump().kill();
      }
      snapshot.abandon();
    }
  }

  /** The reason why the dump was ended; {@code seen} is then only what followed from it. */
  public BackupFailure reasonOr(BackupFailure seen) {
    BackupFailure reason = stopped.get();
    return reason == null ? seen : reason;
  }

  /**
   * What the snapshot held, once the dump that is followed has ended; waits until all is counted.
   */
  public DatabaseContent contents() {
    Followed ended = Objects.requireNonNull(followed, "no dump is followed");
    try {
      return ended.reading().ended(ended.contents().join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof BackupFailure failure ? reasonOr(failure) : e;
    }
  }

  /** The snapshot's locks are watched by nobody any more, and go with it. */
  @Override
  public void close() {
    threads.shutdownNow();
    Followed now = followed;
    if (now == null || now.contents().isDone()) {
      snapshot.close();
    } else {
      snapshot.abandon();
    }
  }
}
