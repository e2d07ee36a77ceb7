package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.ArchiveWriter;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.InterruptedAttempts;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.dump.ContentReading;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.dump.DumpProcess;
import dev.fairlead.backup.dump.Snapshot;
import dev.fairlead.backup.dump.Supervision;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a database to a backup that exists: one pass over the data, then every stored byte is read
 * again, and at last the manifest is published. Until then there is nothing under a published key,
 * and after a failure there is nothing left at all.
 */
public final class BackupPipeline {

  private static final Logger log = LoggerFactory.getLogger(BackupPipeline.class);

  private final List<? extends Store> stores;
  private final Supplier<AgeRecipients> recipients;
  private final Supplier<StatementKey> key;
  private final Options options;
  private final Clock clock;
  private final Set<Supervision> running = ConcurrentHashMap.newKeySet();

  /**
   * @param recipients asked at every backup
   * @param key that manifests are signed with; asked at every backup
   */
  public BackupPipeline(
      List<? extends Store> stores,
      Supplier<AgeRecipients> recipients,
      Supplier<StatementKey> key,
      Options options,
      Clock clock) {
    this.stores = List.copyOf(stores);
    this.recipients = recipients;
    this.key = key;
    this.options = options;
    this.clock = clock;
  }

  /**
   * @param postgresPrograms the folder of {@code pg_dump}; searched for when absent
   * @param leastPartBytes what is held in memory, twice
   * @param contentHashes whether every row is hashed in the snapshot, so that a drill can compare
   */
  public record Options(
      @Nullable Path postgresPrograms,
      Compression compression,
      int leastPartBytes,
      boolean contentHashes,
      Duration timeLimit) {}

  /** Hears how much of the dump has passed, and about how much it will have. */
  @FunctionalInterface
  public interface Witness {

    void passed(long doneBytes, long expectedBytes);

    /**
     * Which database it is, before anything is dumped.
     *
     * @throws DumpInProgress when it must wait
     */
    default void found(Manifest.Source source) {}
  }

  /**
   * @return the manifest as published in every store
   * @throws BackupFailure classified; then nothing of this attempt is left
   */
  public Manifest run(BackupOrder order, Witness witness) {
    return run(order, witness, Optional::empty);
  }

  /**
   * @param files archives the files that belong to it, once the dump is done: so no row of the dump
   *     names a file that came later
   */
  Manifest run(BackupOrder order, Witness witness, Supplier<Optional<Manifest.Files>> files) {
    Captured captured = captured(order, witness);
    return orRemoved(
        order, () -> published(order, manifest(order, captured, files.get().orElse(null))));
  }

  /** One store may have the whole archive when another one fails: it is removed as well. */
  private <T> T orRemoved(BackupOrder order, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      remove(order);
      throw e;
    }
  }

  /**
   * @param notes what the dump leaves out, and what its program remarked
   */
  private record Captured(
      Manifest.Source source, Dumped dumped, PostgresPrograms programs, List<String> notes) {}

  private Captured captured(BackupOrder order, Witness witness) {
    long begun = System.nanoTime();
    try (Snapshot snapshot =
        Snapshot.take(order.access(), order.sessionName(), options.timeLimit())) {
      snapshot.requireRights();
      List<String> leftOut = snapshot.leftOut();
      Manifest.Source source = snapshot.source();
      witness.found(source);
      PostgresPrograms programs =
          PostgresPrograms.forServer(
              source.serverVersionNumber() / 10_000,
              source.serverVersion(),
              options.postgresPrograms());
      Dumped dumped = orRemoved(order, () -> dump(order, snapshot, programs, witness, begun));
      List<String> notes = Stream.concat(leftOut.stream(), dumped.remarks().stream()).toList();
      notes.forEach(note -> log.warn("backup={} note={}", order.backup(), note));
      return new Captured(source, dumped, programs, notes);
    }
  }

  private record Dumped(Manifest.Archive archive, DatabaseContent contents, List<String> remarks) {}

  private Dumped dump(
      BackupOrder order,
      Snapshot snapshot,
      PostgresPrograms programs,
      Witness witness,
      long begun) {
    long expected = snapshot.tableBytes();
    String key = order.keys().archive(order.archiveName());
    int partBytes =
        PartSize.of(
            snapshot.databaseBytes(), options.leastPartBytes(), Runtime.getRuntime().maxMemory());
    try (Supervision supervision = supervise(order, snapshot, begun)) {
      running.add(supervision);
      try (ArchiveWriter archive =
          new ArchiveWriter(stores, key, recipients.get(), options.compression(), partBytes)) {
        ContentReading reading = snapshot.beginReading(options.contentHashes());
        try (DumpProcess dump =
            DumpProcess.start(programs, order.access(), snapshot.id(), order.sessionName())) {
          supervision.follow(dump, reading);
          return dumped(order, archive, dump, supervision, done -> witness.passed(done, expected));
        }
      } catch (BackupFailure seen) {
        throw supervision.reasonOr(seen);
      } finally {
        running.remove(supervision);
      }
    }
  }

  private Supervision supervise(BackupOrder order, Snapshot snapshot, long begun) {
    return new Supervision(
        snapshot,
        order.access(),
        order.sessionName(),
        options.timeLimit().minusNanos(System.nanoTime() - begun));
  }

  /** Exit code and end are looked at before the archive is ended, let alone published. */
  private static Dumped dumped(
      BackupOrder order,
      ArchiveWriter archive,
      DumpProcess dump,
      Supervision supervision,
      Passage passage) {
    try {
      archive.writeAll(dump.output(), passage);
      dump.requireSuccess();
      dump.requireWhole();
      DatabaseContent contents = supervision.contents();
      order.requireEnough(contents);
      return new Dumped(
          archive.complete(order.archiveName()), contents, DumpRemarks.of(dump.said()));
    } catch (IOException e) {
      dump.requireSuccess();
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "the output of pg_dump could not be stored: " + e.getMessage(),
          "see the log of backup-service",
          e);
    }
  }

  private Manifest manifest(BackupOrder order, Captured captured, Manifest.@Nullable Files files) {
    Dumped dumped = captured.dumped();
    Manifest made =
        new Manifest(
            Manifest.FORMAT,
            order.backup(),
            order.database(),
            order.deployment(),
            order.requestedAt(),
            clock.instant(),
            captured.source(),
            dumped.archive(),
            dumped.contents().tables(),
            new Manifest.Tools(
                captured.programs().versionText(),
                ToolVersions.ZSTD,
                ToolVersions.AGE,
                ToolVersions.FAIRLEAD),
            order.retentionClass(),
            dumped.contents().other(),
            files,
            captured.notes().isEmpty() ? null : captured.notes(),
            null,
            null);
    return ManifestSignature.signed(made, key.get());
  }

  private Manifest published(BackupOrder order, Manifest manifest) {
    Manifest first = new Publication(stores, key.get()).publish(manifest);
    if (!first.archive().name().equals(order.archiveName())) {
      remove(order);
    }
    return first;
  }

  /** What an attempt published that was then interrupted; what others left is removed. */
  Optional<Manifest> takeUp(BackupKeys keys) {
    return new InterruptedAttempts(stores, key.get()).takeUp(keys);
  }

  /** A store that is away now is swept later. */
  private void remove(BackupOrder order) {
    for (Store store : stores) {
      try {
        new StoredBackups(store).removeAttempt(order.keys(), order.archiveName());
        store.delete(order.keys().archive(order.filesName()));
      } catch (BackupFailure e) {
        log.warn(
            "backup={} store={} left to the sweeper: {}", order.backup(), store.name(), e.detail());
      }
    }
  }

  /**
   * Ends all that run, as they would end when the process were killed: they can be started again.
   */
  public void interruptAll() {
    BackupFailure reason =
        new BackupFailure(
            BackupFailureReason.INTERRUPTED,
            "backup-service is stopping",
            "nothing: the backup is started again with the service");
    running.forEach(supervision -> supervision.stop(reason));
  }
}
