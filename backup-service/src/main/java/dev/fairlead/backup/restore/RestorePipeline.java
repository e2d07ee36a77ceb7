package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.CorruptCopy;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.dump.ContentComparison;
import dev.fairlead.backup.dump.TableSurvey;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.PostgresProgram;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a backup to a database: loaded into a temporary one, compared with what the manifest says,
 * and only then given its name. Whatever fails before leaves everything as it was.
 */
public final class RestorePipeline {

  private static final Logger log = LoggerFactory.getLogger(RestorePipeline.class);
  private static final String SESSION = "fairlead-backup restore";
  private static final String MAINTENANCE = "postgres";

  private final List<? extends Store> stores;
  private final Supplier<AgeIdentity> identity;
  private final @Nullable Path postgresPrograms;

  /**
   * @param stores in the order in which they are tried: the nearest first
   * @param identity asked at every restore
   */
  public RestorePipeline(
      List<? extends Store> stores,
      Supplier<AgeIdentity> identity,
      @Nullable Path postgresPrograms) {
    this.stores = List.copyOf(stores);
    this.identity = identity;
    this.postgresPrograms = postgresPrograms;
  }

  /** What a restore tells while it goes on. */
  public interface Witness {

    /** The temporary database exists; told before it can become anything else. */
    void created(long oid);

    void corrupted(String store, String detail);
  }

  /**
   * @param keptAs the name of the database that was replaced, if one was
   */
  public record Restored(String into, @Nullable String keptAs, String store) {}

  /**
   * @throws BackupFailure with advice; then the target is what it was before
   */
  public Restored run(RestoreOrder order, Witness witness) {
    DatabaseAccess maintenance = order.access().toDatabase(MAINTENANCE);
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      Optional<Restored> before = alreadyDone(connection, order);
      if (before.isPresent()) {
        return before.get();
      }
      boolean occupied = TemporaryDatabase.oidOf(connection, order.target()).isPresent();
      refuseToOverwrite(order, occupied);
      TemporaryDatabase temporary = new TemporaryDatabase(connection, order.temporaryName());
      try {
        String store = load(order, temporary, witness);
        compare(order);
        new DatabaseSwap(maintenance)
            .swap(connection, order.temporaryName(), order.target(), occupied, order.keptAs());
        return new Restored(order.target(), occupied ? order.keptAs() : null, store);
      } catch (SQLException | RuntimeException e) {
        dropQuietly(temporary);
        throw e;
      }
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  /** An attempt may have died after the swap and before it could tell. */
  private Optional<Restored> alreadyDone(Connection connection, RestoreOrder order)
      throws SQLException {
    Optional<Long> holder = TemporaryDatabase.oidOf(connection, order.target());
    if (order.temporaryOid() == null || !holder.equals(Optional.of(order.temporaryOid()))) {
      return Optional.empty();
    }
    boolean replaced = TemporaryDatabase.oidOf(connection, order.keptAs()).isPresent();
    return Optional.of(
        new Restored(order.target(), replaced ? order.keptAs() : null, stores.getFirst().name()));
  }

  private static void refuseToOverwrite(RestoreOrder order, boolean occupied) {
    if (order.newDatabase() != null && occupied) {
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "database %s exists already".formatted(order.newDatabase()),
          "choose another name, or drop that database first");
    }
  }

  /** From the first store whose copy is whole. */
  private String load(RestoreOrder order, TemporaryDatabase temporary, Witness witness)
      throws SQLException {
    List<String> troubles = new ArrayList<>();
    for (Store store : stores) {
      witness.created(temporary.createAfresh(order.manifest().source()));
      try {
        load(order, store);
        return store.name();
      } catch (CorruptCopy e) {
        witness.corrupted(store.name(), String.valueOf(e.getMessage()));
        troubles.add("the copy in store %s %s".formatted(store.name(), e.getMessage()));
      } catch (IOException e) {
        troubles.add("store %s: %s".formatted(store.name(), e.getMessage()));
      } catch (BackupFailure e) {
        if (e.reason() != BackupFailureReason.STORE_UNREACHABLE) {
          throw e;
        }
        troubles.add(e.detail());
      }
      log.warn(
          "restore={} store={} passed over: {}", order.restore(), store.name(), troubles.getLast());
    }
    throw new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "no store has a copy that can be read: " + String.join("; ", troubles),
        "choose another backup, or check the stores and the age identity");
  }

  private void load(RestoreOrder order, Store store) throws IOException {
    Manifest manifest = order.manifest();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    Optional<InputStream> stored = store.open(keys.archive(manifest.archive().name()));
    if (stored.isEmpty()) {
      throw new CorruptCopy("is not there");
    }
    DatabaseAccess target = order.access().toDatabase(order.temporaryName());
    try (InputStream copy = stored.get();
        PostgresProgram pgRestore = pgRestore(manifest.source(), target)) {
      feed(copy, manifest.archive(), pgRestore);
      pgRestore.requireSuccess();
    }
  }

  /** A program that ended early is the cause; that it takes no more is only what follows. */
  private void feed(InputStream copy, Manifest.Archive archive, PostgresProgram pgRestore)
      throws IOException {
    try (OutputStream input = pgRestore.input()) {
      ArchiveReader.copyDump(copy, archive, identity.get(), input);
    } catch (CorruptCopy e) {
      throw e;
    } catch (IOException e) {
      if (pgRestore.hasEnded()) {
        pgRestore.requireSuccess();
      }
      throw e;
    }
  }

  private PostgresProgram pgRestore(Manifest.Source source, DatabaseAccess target) {
    PostgresPrograms programs =
        PostgresPrograms.forServer(
            source.serverVersionNumber() / 10_000, source.serverVersion(), postgresPrograms);
    return PostgresProgram.start(
        List.of(
            programs.pgRestore(),
            "--format=custom",
            "--exit-on-error",
            "--no-password",
            "--dbname=" + target.name()),
        target,
        SESSION);
  }

  /** That pg_restore was content is not enough: every table must have the rows it had. */
  private static void compare(RestoreOrder order) throws SQLException {
    DatabaseAccess target = order.access().toDatabase(order.temporaryName());
    try (Connection connection = PostgresConnections.open(target, SESSION)) {
      List<TableContent> restored = TableSurvey.survey(connection, false);
      String difference = ContentComparison.difference(order.manifest().tables(), restored);
      if (!difference.isEmpty()) {
        throw new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            "what was restored differs from the backup: " + difference,
            "report this; choose another backup");
      }
    }
  }

  private static void dropQuietly(TemporaryDatabase temporary) {
    try {
      temporary.drop();
    } catch (SQLException e) {
      log.warn("a temporary database stays behind: {}", e.getMessage());
    }
  }
}
