package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.dump.ContentComparison;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.restore.ArchiveLoader.Load;
import dev.fairlead.backup.restore.ArchiveLoader.LoadWitness;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

  /** What a restore names instead of a store when nothing had to be read. */
  static final String WARM = "warm";

  private final List<? extends Store> stores;
  private final ArchiveLoader loader;
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
    this.loader = new ArchiveLoader(stores, identity);
    this.postgresPrograms = postgresPrograms;
  }

  /** What a restore tells while it goes on. */
  public interface Witness extends LoadWitness {

    /** The temporary database exists; told before it can become anything else. */
    void created(long oid);
  }

  /**
   * @param keptAs the name of the database that was replaced, if one was
   * @param notSet settings that the server refuses, and why
   */
  public record Restored(String into, @Nullable String keptAs, String store, List<String> notSet) {

    Restored(String into, @Nullable String keptAs, String store) {
      this(into, keptAs, store, List.of());
    }
  }

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
      if (order.newDatabase() == null && occupied) {
        TargetCheck.requireSameDatabase(connection, order);
      }
      Optional<Restored> warm = fromWarm(connection, maintenance, order, occupied, witness);
      if (warm.isPresent()) {
        return warm.get();
      }
      TemporaryDatabase temporary = new TemporaryDatabase(connection, order.temporaryName());
      try {
        String store = load(order, temporary, witness);
        compare(order);
        List<String> notSet =
            swap(connection, maintenance, order, order.temporaryName(), occupied, List.of());
        return new Restored(
            order.target(),
            occupied ? order.keptAs() : null,
            store,
            Stream.concat(temporary.notSet().stream(), notSet.stream()).toList());
      } catch (SQLException | RuntimeException e) {
        dropQuietly(temporary);
        throw e;
      }
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  /**
   * What an earlier attempt did that died before it could tell.
   *
   * @throws BackupFailure when the server does not answer
   */
  Optional<Restored> alreadyDone(RestoreOrder order) {
    DatabaseAccess maintenance = order.access().toDatabase(MAINTENANCE);
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      return alreadyDone(connection, order);
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
    boolean wasWarm =
        order.warm() != null && Objects.equals(order.warm().oid(), order.temporaryOid());
    String store = wasWarm ? WARM : stores.getFirst().name();
    return Optional.of(new Restored(order.target(), replaced ? order.keptAs() : null, store));
  }

  /** Nothing to load and nothing to compare: what was sealed has not changed since. */
  private static Optional<Restored> fromWarm(
      Connection connection,
      DatabaseAccess maintenance,
      RestoreOrder order,
      boolean occupied,
      Witness witness)
      throws SQLException {
    WarmCopy warm = order.warm();
    if (warm == null || warm.oid() == null) {
      return Optional.empty();
    }
    WarmDatabase copy = new WarmDatabase(connection, warm.name());
    if (!copy.isUntouched(warm.backup(), warm.oid())) {
      log.warn("backup={} warm={} next=load because it was touched", warm.backup(), warm.name());
      return Optional.empty();
    }
    witness.created(warm.oid());
    try {
      List<String> notSet =
          swap(connection, maintenance, order, warm.name(), occupied, copy.unsealing());
      return Optional.of(
          new Restored(order.target(), occupied ? order.keptAs() : null, WARM, notSet));
    } catch (BackupFailure e) {
      if (copy.isUntouched(warm.backup(), warm.oid())) {
        throw e;
      }
      log.warn("backup={} warm={} next=load {}", warm.backup(), warm.name(), e.detail());
      return Optional.empty();
    }
  }

  /** What could not be set is no reason to be without what was loaded and compared. */
  private static List<String> swap(
      Connection connection,
      DatabaseAccess maintenance,
      RestoreOrder order,
      String temporary,
      boolean occupied,
      List<String> first)
      throws SQLException {
    LastProperties last = new LastProperties(temporary, order.manifest().source().properties());
    List<String> notSet = last.setForRoles(connection);
    List<String> statements = Stream.concat(first.stream(), last.limiting().stream()).toList();
    new DatabaseSwap(maintenance)
        .swap(
            connection,
            new DatabaseSwap.Names(
                temporary, order.target(), occupied, order.keptAs(), statements));
    return notSet;
  }

  private static void refuseToOverwrite(RestoreOrder order, boolean occupied) {
    if (order.newDatabase() != null && occupied) {
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "database %s exists already".formatted(order.newDatabase()),
          "choose another name, or drop that database first");
    }
  }

  private String load(RestoreOrder order, TemporaryDatabase temporary, Witness witness)
      throws SQLException {
    Manifest.Source source = order.manifest().source();
    PostgresPrograms programs =
        PostgresPrograms.forServer(
            source.serverVersionNumber() / 10_000, source.serverVersion(), postgresPrograms);
    DatabaseAccess target = order.access().toDatabase(order.temporaryName());
    return loader.load(
        new Load(order.manifest(), target, programs, List.of(), order.table(), SESSION),
        () -> witness.created(temporary.createAfresh(source)),
        witness);
  }

  /** That pg_restore was content is not enough: every table must have the rows it had. */
  private static void compare(RestoreOrder order) throws SQLException {
    DatabaseAccess target = order.access().toDatabase(order.temporaryName());
    try (Connection connection = PostgresConnections.open(target, SESSION)) {
      DatabaseContent restored = DatabaseContent.survey(connection, null);
      String difference = ContentComparison.difference(order.expected(), restored);
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
