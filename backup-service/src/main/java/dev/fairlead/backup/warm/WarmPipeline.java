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
import dev.fairlead.backup.restore.TemporaryDatabase;
import dev.fairlead.backup.restore.WarmDatabase;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
   * @return its oid
   * @throws BackupFailure when it cannot be made; then nothing of it is left
   */
  public long make(Wanted wanted, LoadWitness witness) {
    DatabaseAccess maintenance = wanted.access().toDatabase(MAINTENANCE);
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      new Room(connection, wanted.access(), mostBytes).require();
      WarmDatabase copy = new WarmDatabase(connection, wanted.name());
      try {
        long oid = load(wanted, connection, witness);
        closeAndCompare(wanted, copy);
        return oid;
      } catch (SQLException | RuntimeException e) {
        dropQuietly(copy);
        throw e;
      }
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  private long load(Wanted wanted, Connection connection, LoadWitness witness) throws SQLException {
    Manifest.Source source = wanted.manifest().source();
    PostgresPrograms programs =
        PostgresPrograms.forServer(
            source.serverVersionNumber() / 10_000, source.serverVersion(), postgresPrograms);
    TemporaryDatabase database = new TemporaryDatabase(connection, wanted.name());
    long[] oid = new long[1];
    loader.load(
        new Load(
            wanted.manifest(),
            wanted.access().toDatabase(wanted.name()),
            programs,
            List.of(),
            null,
            SESSION),
        () -> oid[0] = database.createAfresh(source),
        witness);
    return oid[0];
  }

  /** It will be trusted without a further look, so the look is taken when nobody can get in. */
  private static void closeAndCompare(Wanted wanted, WarmDatabase copy) throws SQLException {
    DatabaseContent expected = DatabaseContent.of(wanted.manifest());
    DatabaseAccess access = wanted.access().toDatabase(wanted.name());
    try (Connection connection = PostgresConnections.open(access, SESSION)) {
      int reader = connection.unwrap(PGConnection.class).getBackendPID();
      copy.seal(wanted.manifest().backup(), SESSION, reader);
      DatabaseContent found = DatabaseContent.survey(connection, expected.hashedBy().orElse(null));
      String difference = ContentComparison.difference(expected, found);
      if (!difference.isEmpty()) {
        throw new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            "the warm copy differs from the backup: " + difference,
            "report this; a restore loads the backup instead");
      }
    }
  }

  private static void dropQuietly(WarmDatabase copy) {
    try {
      copy.drop();
    } catch (SQLException e) {
      log.warn("warm={} stays behind: {}", copy.name(), e.getMessage());
    }
  }

  /**
   * Drops one that nobody needs any more.
   *
   * @param access of a role that may; names the database it is a copy of
   */
  public void drop(DatabaseAccess access, String name) {
    DatabaseAccess maintenance = access.toDatabase(MAINTENANCE);
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      new WarmDatabase(connection, name).drop();
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }
}
