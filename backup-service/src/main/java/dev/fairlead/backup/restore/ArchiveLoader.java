package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.CorruptCopy;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.archive.UnreadCopy;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.PostgresProgram;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills an empty database from the first store whose copy of a backup is whole. */
public final class ArchiveLoader {

  private static final Executor THREADS = Thread::startVirtualThread;
  private static final Logger log = LoggerFactory.getLogger(ArchiveLoader.class);

  private static final String TABLESPACES =
      "select exists (select from pg_tablespace where spcname not in ('pg_default', 'pg_global'))";

  private final List<? extends Store> stores;
  private final Supplier<AgeIdentity> identity;

  /**
   * @param stores in the order in which they are tried: the nearest first
   * @param identity asked at every load
   */
  public ArchiveLoader(List<? extends Store> stores, Supplier<AgeIdentity> identity) {
    this.stores = List.copyOf(stores);
    this.identity = identity;
  }

  /**
   * What is loaded, and into what.
   *
   * @param options of {@code pg_restore}, besides those that say where to
   * @param chosen whose rows alone are loaded, of the rest the definitions; all when absent
   * @param session the name in {@code pg_stat_activity}
   */
  public record Load(
      Manifest manifest,
      DatabaseAccess target,
      PostgresPrograms programs,
      List<String> options,
      @Nullable ChosenTables chosen,
      String session) {}

  /** Makes the target empty before each copy that is tried. */
  @FunctionalInterface
  public interface Preparation {

    void prepare() throws SQLException;
  }

  /** Hears of every copy that is not what its manifest says, and of the progress. */
  @FunctionalInterface
  public interface LoadWitness {

    void corrupted(String store, String detail);

    /** So many bytes of the dump were taken. */
    default void passed(long doneBytes, long dumpBytes) {}
  }

  /**
   * @return the name of the store whose copy was read
   * @throws BackupFailure when no copy can be read, or {@code pg_restore} refuses a good one
   */
  public String load(Load load, Preparation preparation, LoadWitness witness) throws SQLException {
    List<String> troubles = new ArrayList<>();
    int corrupt = 0;
    for (Store store : stores) {
      preparation.prepare();
      try {
        load(load, store, witness);
        return store.name();
      } catch (CorruptCopy e) {
        corrupt++;
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
          "backup={} store={} passed over: {}",
          load.manifest().backup(),
          store.name(),
          troubles.getLast());
    }
    // A copy that could not be read may be good: only when all were read, the backup is bad.
    throw new BackupFailure(
        corrupt == stores.size()
            ? BackupFailureReason.CHECKSUM_MISMATCH
            : BackupFailureReason.STORE_UNREACHABLE,
        "no store has a copy that can be read: " + String.join("; ", troubles),
        "choose another backup, or check the stores and the age identity");
  }

  private void load(Load load, Store store, LoadWitness witness) throws IOException {
    try (TableSelection selection = selection(load, store)) {
      PostgresProgram pgRestore = pgRestore(load, selection.options());
      long dumpBytes = load.manifest().archive().dumpBytes();
      ProgramInput input = ProgramInput.toTheLastByte(pgRestore);
      feed(load, store, pgRestore, input, done -> witness.passed(done, dumpBytes));
    }
  }

  private TableSelection selection(Load load, Store store) throws IOException {
    ChosenTables chosen = load.chosen();
    if (chosen == null) {
      return TableSelection.everything();
    }
    PostgresProgram list =
        PostgresProgram.start(
            List.of(load.programs().pgRestore(), "--list"), load.target(), load.session());
    CompletableFuture<String> contents = CompletableFuture.supplyAsync(() -> textOf(list), THREADS);
    try {
      feed(load, store, list, ProgramInput.toItsEnd(list), Passage.UNHEARD);
    } catch (CorruptCopy | UnreadCopy e) {
      throw e;
    } catch (IOException e) {
      // it stops reading where the table of contents ends
      log.debug("pg_restore --list took what it needs: {}", e.getMessage());
    }
    list.requireSuccess();
    return TableSelection.of(chosen, load.manifest(), contents.join());
  }

  private static String textOf(PostgresProgram program) {
    try {
      return new String(program.output().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void feed(
      Load load, Store store, PostgresProgram program, ProgramInput input, Passage passage)
      throws IOException {
    Manifest manifest = load.manifest();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    try (program;
        InputStream copy =
            store
                .open(keys.archive(manifest.archive().name()))
                .orElseThrow(() -> new CorruptCopy("is not there"))) {
      try (input) {
        ArchiveReader.copyDump(copy, manifest.archive(), identity.get(), input, passage);
      }
      program.requireSuccess();
    }
  }

  private static PostgresProgram pgRestore(Load load, List<String> selection) {
    Server server = Server.of(load);
    List<String> command =
        new ArrayList<>(
            List.of(
                load.programs().pgRestore(),
                "--format=custom",
                "--exit-on-error",
                "--no-password",
                "--dbname=" + load.target().name()));
    if (!server.hasTablespaces()) {
      command.add("--no-tablespaces");
    }
    command.addAll(load.options());
    command.addAll(selection);
    return PostgresProgram.start(command, load.target(), load.session(), server.major());
  }

  /**
   * The server that is loaded into.
   *
   * @param hasTablespaces of its own: where it has none, no table can be put into one
   */
  private record Server(int major, boolean hasTablespaces) {

    static Server of(Load load) {
      try (Connection connection = PostgresConnections.open(load.target(), load.session());
          var statement = connection.createStatement();
          ResultSet found = statement.executeQuery(TABLESPACES)) {
        found.next();
        return new Server(connection.getMetaData().getDatabaseMajorVersion(), found.getBoolean(1));
      } catch (SQLException e) {
        throw PostgresFailures.classifyOfRestore(load.target(), e);
      }
    }
  }
}
