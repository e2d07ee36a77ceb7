package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Duration;
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
  private final DumpProcess dump;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable BackupFailure> stopped = new AtomicReference<>();
  private final ContentReading reading;
  private final CompletableFuture<DatabaseContent> contents;

  /**
   * @param reading begun before the dump was
   * @param limit for everything until the dump has ended
   */
  public Supervision(
      Snapshot snapshot,
      DumpProcess dump,
      ContentReading reading,
      DatabaseAccess access,
      String sessionName,
      Duration limit) {
    this.snapshot = snapshot;
    this.dump = dump;
    this.reading = reading;
    this.contents = CompletableFuture.supplyAsync(this::read, threads);
    threads.execute(new LockWatch(access, sessionName, this::stop));
    threads.execute(() -> stopAfter(limit));
  }

  private DatabaseContent read() {
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
      dump.kill();
      snapshot.close();
    }
  }

  /** The reason why the dump was ended; {@code seen} is then only what followed from it. */
  public BackupFailure reasonOr(BackupFailure seen) {
    BackupFailure reason = stopped.get();
    return reason == null ? seen : reason;
  }

  /** What the snapshot held, once the dump has ended; waits until all is counted. */
  public DatabaseContent contents() {
    try {
      return reading.ended(contents.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof BackupFailure failure ? reasonOr(failure) : e;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
