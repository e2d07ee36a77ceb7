package dev.fairlead.backup.warm;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.dump.ContentComparison;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.restore.ArchiveLoader;
import dev.fairlead.backup.restore.ArchiveLoader.Load;
import dev.fairlead.backup.restore.ArchiveLoader.LoadWitness;
import dev.fairlead.backup.restore.DatabaseIdentity;
import dev.fairlead.backup.restore.OwnDatabase;
import dev.fairlead.backup.restore.TemporaryDatabase;
import dev.fairlead.backup.restore.WarmDatabase;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a warm copy: loaded, closed to everybody, and then compared row by row. */
public final class WarmPipeline {

  private static final Logger log = LoggerFactory.getLogger(WarmPipeline.class);
  private static final String SESSION = "fairlead-backup warm";
  private static final String MAINTENANCE = "postgres";

  private final ArchiveLoader loader;
  private final @Nullable Path postgresPrograms;
  private final long mostBytes;

  /**
   * @param stores in the order in which their copies are tried
   * @param mostBytes of a database that is kept warm
   */
  public WarmPipeline(
      List<? extends Store> stores,
      Supplier<AgeIdentity> identity,
      @Nullable Path postgresPrograms,
      long mostBytes) {
    this.loader = new ArchiveLoader(stores, identity);
    this.postgresPrograms = postgresPrograms;
    this.mostBytes = mostBytes;
  }

  /**
   * What a warm copy is made of, and where.
   *
   * @param access of a role that may create databases; names the database it is a copy of
   */
  public record Wanted(Manifest manifest, DatabaseAccess access, String name) {}

  /**
   * A copy that is ready.
   *
   * @param notSet settings that the server refused, and why
   */
  public record Made(DatabaseIdentity database, List<String> notSet) {}

  /**
   * @throws BackupFailure when it cannot be made; then nothing of it is left
   */
  public Made make(Wanted wanted, LoadWitness witness) {
    DatabaseAccess maintenance = wanted.access().toDatabase(MAINTENANCE);
    try {
      try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
        new Room(connection, wanted.access(), mostBytes).require();
      }
      try {
        Made made = load(wanted, maintenance, witness);
        closeAndCompare(wanted, maintenance);
        return made;
      } catch (SQLException | RuntimeException e) {
        dropQuietly(maintenance, wanted.name());
        throw e;
      }
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  private Made load(Wanted wanted, DatabaseAccess maintenance, LoadWitness witness)
      throws SQLException {
    Manifest.Source source = wanted.manifest().source();
    PostgresPrograms programs =
        PostgresPrograms.forServer(
            source.serverVersionNumber() / 10_000, source.serverVersion(), postgresPrograms);
    AtomicReference<Made> made = new AtomicReference<>();
    loader.load(
        new Load(
            wanted.manifest(),
            wanted.access().toDatabase(wanted.name()),
            programs,
            List.of(),
            null,
            SESSION),
        () -> made.set(created(wanted, maintenance)),
        witness);
    return made.get();
  }

  /** No session waits while it is filled: one that is idle for long may be cut. */
  private static Made created(Wanted wanted, DatabaseAccess maintenance) throws SQLException {
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      TemporaryDatabase database = new TemporaryDatabase(connection, wanted.name());
      DatabaseIdentity made = database.createAfresh(wanted.manifest().source());
      return new Made(made, database.notSet());
    }
  }

  /** It will be trusted without a further look, so the look is taken when nobody can get in. */
  private static void closeAndCompare(Wanted wanted, DatabaseAccess maintenance)
      throws SQLException {
    DatabaseContent expected = DatabaseContent.of(wanted.manifest());
    DatabaseAccess access = wanted.access().toDatabase(wanted.name());
    try (Connection connection = PostgresConnections.open(access, SESSION)) {
      int reader = connection.unwrap(PGConnection.class).getBackendPID();
      seal(wanted, maintenance, reader);
      DatabaseContent found = DatabaseContent.survey(connection, expected.hashedBy().orElse(null));
      String difference = ContentComparison.difference(expected, found);
      if (!difference.isEmpty()) {
        throw new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            "the warm copy differs from the backup: " + difference,
            "nothing is to be done at once: a restore loads the backup instead; report it with the log of backup-service");
      }
    }
  }

  private static void seal(Wanted wanted, DatabaseAccess maintenance, int reader)
      throws SQLException {
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      new WarmDatabase(connection, wanted.name()).seal(wanted.manifest().backup(), SESSION, reader);
    }
  }

  private static void dropQuietly(DatabaseAccess maintenance, String name) {
    try {
      new OwnDatabase(name, null, null).drop(maintenance);
    } catch (BackupFailure e) {
      log.warn("warm={} next=dropped-later {}", name, e.getMessage());
    }
  }
}
