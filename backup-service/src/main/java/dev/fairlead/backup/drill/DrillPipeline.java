package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.dump.ContentComparison;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.restore.ArchiveLoader;
import dev.fairlead.backup.restore.ArchiveLoader.Load;
import dev.fairlead.backup.restore.ArchiveLoader.LoadWitness;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves a backup by using it: a cluster is made, the backup restored into it with its owners and
 * grants, every table compared with what the snapshot of the dump held, and all of it removed.
 */
public final class DrillPipeline {

  private static final String SESSION = "fairlead-backup drill";

  private final Supplier<AgeIdentity> identity;
  private final ArchiveLoader loader;
  private final ClusterFolders folders;
  private final @Nullable Path postgresPrograms;
  private final Duration timeLimit;
  private final Set<DrillClock> running;

  /**
   * @param stores in the order in which their copies are tried
   * @param folder where throwaway clusters are made
   * @param postgresPrograms the folder of {@code initdb}; searched for when absent
   * @param timeLimit for one drill
   */
  public DrillPipeline(
      List<? extends Store> stores,
      Supplier<AgeIdentity> identity,
      Path folder,
      @Nullable Path postgresPrograms,
      Duration timeLimit) {
    this.identity = identity;
    this.loader = new ArchiveLoader(stores, identity);
    this.folders = new ClusterFolders(folder);
    this.postgresPrograms = postgresPrograms;
    this.timeLimit = timeLimit;
    this.running = ConcurrentHashMap.newKeySet();
  }

  private DrillPipeline(DrillPipeline other, Store onlyStore) {
    this.identity = other.identity;
    this.loader = new ArchiveLoader(List.of(onlyStore), identity);
    this.folders = other.folders;
    this.postgresPrograms = other.postgresPrograms;
    this.timeLimit = other.timeLimit;
    this.running = other.running;
  }

  /** The same, as if this store alone were left. */
  DrillPipeline from(Store onlyStore) {
    return new DrillPipeline(this, onlyStore);
  }

  /** What a drill found out. */
  public sealed interface Finding permits Proved, Disproved {}

  /**
   * Every table was what it was in the snapshot.
   *
   * @param hashed of the tables, so many were compared row by row and not only counted
   * @param recovery from the first byte read to the last index built
   * @param server the version it was restored into
   */
  public record Proved(
      String store, int tables, int hashed, long rows, Duration recovery, String server)
      implements Finding {}

  /**
   * It could be restored, and is not what the snapshot held.
   *
   * @param difference names the first tables that differ
   */
  public record Disproved(String store, String difference) implements Finding {}

  /**
   * @throws BackupFailure when there is no finding; nothing of the drill is left all the same
   */
  public Finding run(Manifest manifest, LoadWitness witness) {
    PostgresPrograms programs = programs(manifest.source());
    try (ClusterFolder folder = folders.claim(manifest.backup())) {
      DrillRoom.requireForDump(folders.root(), manifest.archive());
      try (ThrowawayCluster cluster = ThrowawayCluster.start(programs, folder);
          DrillClock clock = DrillClock.start(timeLimit, cluster)) {
        return timed(clock, () -> drill(manifest, programs, cluster, witness));
      }
    }
  }

  private Finding timed(DrillClock clock, Drilling drilling) {
    running.add(clock);
    try {
      return drilling.run();
    } catch (SQLException e) {
      throw clock.reasonOr(
          new BackupFailure(
              BackupFailureReason.DUMP_FAILED,
              "the throwaway cluster refused: " + e.getMessage(),
              "see whether the backup needs an extension that is not installed here",
              e));
    } catch (BackupFailure e) {
      throw clock.reasonOr(e);
    } finally {
      running.remove(clock);
    }
  }

  @FunctionalInterface
  private interface Drilling {

    Finding run() throws SQLException;
  }

  private Finding drill(
      Manifest manifest, PostgresPrograms programs, ThrowawayCluster cluster, LoadWitness witness)
      throws SQLException {
    DatabaseAccess access = cluster.access();
    try (Connection maintenance = PostgresConnections.open(access, SESSION)) {
      DrillDatabase database = new DrillDatabase(maintenance, manifest);
      long[] begun = new long[1];
      String store =
          loader.load(
              new Load(
                  manifest,
                  access.toDatabase(DrillDatabase.NAME),
                  programs,
                  database.restoreOptions(),
                  null,
                  SESSION),
              () -> {
                database.createAfresh();
                begun[0] = System.nanoTime();
              },
              witness);
      Duration recovery = Duration.ofNanos(System.nanoTime() - begun[0]);
      return compared(manifest, cluster, store, recovery);
    }
  }

  private static Finding compared(
      Manifest manifest, ThrowawayCluster cluster, String store, Duration recovery)
      throws SQLException {
    DatabaseContent expected = DatabaseContent.of(manifest);
    List<TableContent> tables = expected.tables();
    int hashed = (int) tables.stream().filter(table -> table.hash() != null).count();
    DatabaseAccess access = cluster.access().toDatabase(DrillDatabase.NAME);
    try (Connection connection = PostgresConnections.open(access, SESSION)) {
      DatabaseContent found = DatabaseContent.survey(connection, expected.hashedBy().orElse(null));
      String difference = ContentComparison.difference(expected, found);
      return difference.isEmpty()
          ? new Proved(store, tables.size(), hashed, manifest.rows(), recovery, cluster.version())
          : new Disproved(store, difference);
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  private PostgresPrograms programs(Manifest.Source source) {
    int major = source.serverVersionNumber() / 10_000;
    return PostgresPrograms.withServer(major, postgresPrograms)
        .orElseThrow(
            () ->
                new BackupFailure(
                    BackupFailureReason.TOOL_MISMATCH,
                    "the server programs of PostgreSQL %d are not installed here".formatted(major),
                    "install postgresql-%d beside backup-service (it need not run), or set drill: never for this database"
                        .formatted(major)));
  }

  /** Removes what drills left that were killed. */
  public void sweep() {
    folders.sweep();
  }

  /** Ends all that run, as they would end when the process were killed: they start again. */
  public void interruptAll() {
    running.forEach(DrillClock::interrupt);
  }
}
