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
import dev.fairlead.backup.postgres.SystemIdentifier;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a backup to a database: loaded into a temporary one, compared with what the manifest says,
 * and only then given its name. Whatever fails before leaves everything as it was.
 */
public final class RestorePipeline {

  private static final Logger log = LoggerFactory.getLogger(RestorePipeline.class);
  static final String SESSION = "fairlead-backup restore";
  private static final String MAINTENANCE = "postgres";

  /** What a restore names instead of a store when nothing had to be read. */
  static final String WARM = "warm";

  private final List<? extends Store> stores;
  private final ArchiveLoader loader;
  private final @Nullable Path postgresPrograms;
  private final LostAnswer lostAnswer;

  /**
   * @param stores in the order in which they are tried: the nearest first
   * @param identity asked at every restore
   */
  public RestorePipeline(
      List<? extends Store> stores,
      Supplier<AgeIdentity> identity,
      @Nullable Path postgresPrograms) {
    this(stores, identity, postgresPrograms, LostAnswer.OF_A_SERVER);
  }

  RestorePipeline(
      List<? extends Store> stores,
      Supplier<AgeIdentity> identity,
      @Nullable Path postgresPrograms,
      LostAnswer lostAnswer) {
    this.stores = List.copyOf(stores);
    this.loader = new ArchiveLoader(stores, identity);
    this.postgresPrograms = postgresPrograms;
    this.lostAnswer = lostAnswer;
  }

  /** What a restore tells while it goes on. */
  public interface Witness extends LoadWitness {

    /** The temporary database exists; told before it can become anything else. */
    void created(DatabaseIdentity database);
  }

  /**
   * What was restored.
   *
   * @param keptAs the name of the database that was replaced, if one was
   * @param kept that database
   * @param notSet settings that the server refuses, and why
   */
  public record Restored(
      String into,
      @Nullable String keptAs,
      @Nullable DatabaseIdentity kept,
      String store,
      List<String> notSet) {}

  /**
   * @throws BackupFailure with advice; then the target is what it was before
   */
  public Restored run(RestoreOrder order, Witness witness) {
    DatabaseAccess maintenance = order.access().toDatabase(MAINTENANCE);
    try {
      Optional<Restored> atOnce = withoutLoading(order, maintenance, witness);
      return atOnce.isPresent() ? atOnce.get() : loaded(order, maintenance, witness);
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  /** What an earlier attempt did, or what a warm copy is. */
  private Optional<Restored> withoutLoading(
      RestoreOrder order, DatabaseAccess maintenance, Witness witness) throws SQLException {
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      Optional<Restored> before = alreadyDone(connection, order);
      if (before.isPresent()) {
        return before;
      }
      Optional<DatabaseIdentity> replaced = replaced(connection, order);
      return fromWarm(connection, maintenance, order, replaced, witness);
    }
  }

  /**
   * The database that has the name now.
   *
   * @throws BackupFailure when it is not to be replaced
   */
  private static Optional<DatabaseIdentity> replaced(Connection connection, RestoreOrder order)
      throws SQLException {
    Optional<DatabaseIdentity> holder = DatabaseIdentity.of(connection, order.target());
    refuseToOverwrite(order, holder.isPresent());
    if (order.newDatabase() == null && holder.isPresent()) {
      TargetCheck.requireSameDatabase(connection, order);
    }
    return holder;
  }

  private Restored loaded(RestoreOrder order, DatabaseAccess maintenance, Witness witness)
      throws SQLException {
    FilledDatabase filled = new FilledDatabase(order, maintenance, witness);
    try {
      String store = load(order, filled, witness);
      compare(order);
      return swapped(filled, maintenance, store);
    } catch (SQLException | RuntimeException e) {
      filled.dropQuietly();
      throw e;
    }
  }

  private Restored swapped(FilledDatabase filled, DatabaseAccess maintenance, String store)
      throws SQLException {
    RestoreOrder order = filled.order();
    Handover handover = new Handover(order, maintenance, order.temporaryName(), filled.notSet());
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      filled.requireStillThere(connection);
      Optional<DatabaseIdentity> replaced = replaced(connection, order);
      handover.run(connection, replaced.isPresent(), List.of());
      return restored(order, replaced, store, handover.notSet());
    } catch (SQLException e) {
      return afterLoss(order, store, handover.notSet(), e);
    }
  }

  /** The server may have done it although its answer was lost. */
  private Restored afterLoss(RestoreOrder order, String store, List<String> notSet, SQLException e)
      throws SQLException {
    if (!PostgresFailures.isLoss(e)) {
      throw e;
    }
    Restored done = alreadyDone(order).orElseThrow(() -> e);
    return new Restored(done.into(), done.keptAs(), done.kept(), store, notSet);
  }

  private static Restored restored(
      RestoreOrder order, Optional<DatabaseIdentity> kept, String store, List<String> notSet) {
    return new Restored(
        order.target(), kept.isPresent() ? order.keptAs() : null, kept.orElse(null), store, notSet);
  }

  /**
   * What an earlier attempt did that died before it could tell.
   *
   * @throws BackupFailure as interrupted when the server does not answer for long
   */
  Optional<Restored> alreadyDone(RestoreOrder order) {
    DatabaseAccess maintenance = order.access().toDatabase(MAINTENANCE);
    try {
      return lostAnswer.await(
          () -> {
            try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
              return alreadyDone(connection, order);
            }
          });
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  /** An attempt may have died after the swap and before it could tell. */
  private Optional<Restored> alreadyDone(Connection connection, RestoreOrder order)
      throws SQLException {
    DatabaseIdentity temporary = order.temporary();
    Optional<DatabaseIdentity> holder = DatabaseIdentity.of(connection, order.target());
    if (temporary == null || holder.isEmpty() || !holder.get().isSame(temporary)) {
      return Optional.empty();
    }
    boolean wasWarm = order.warm() != null && Objects.equals(order.warm().oid(), temporary.oid());
    String store = wasWarm ? WARM : stores.getFirst().name();
    Optional<DatabaseIdentity> kept = DatabaseIdentity.of(connection, order.keptAs());
    return Optional.of(restored(order, kept, store, List.of()));
  }

  /** Nothing to load and nothing to compare: what was sealed has not changed since. */
  private Optional<Restored> fromWarm(
      Connection connection,
      DatabaseAccess maintenance,
      RestoreOrder order,
      Optional<DatabaseIdentity> replaced,
      Witness witness)
      throws SQLException {
    WarmCopy warm = order.warm();
    if (warm == null || warm.oid() == null) {
      return Optional.empty();
    }
    WarmDatabase copy = new WarmDatabase(connection, warm.name());
    if (!copy.isUsable(warm, order.manifest().source())) {
      return Optional.empty();
    }
    if (order.temporary() != null) {
      new TemporaryDatabase(connection, order.temporaryName()).dropQuietly();
    }
    DatabaseIdentity identity = new DatabaseIdentity(SystemIdentifier.of(connection), warm.oid());
    witness.created(identity);
    Handover handover = new Handover(order, maintenance, warm.name(), warm.notSet());
    warm.notSet().forEach(remark -> log.warn("database={} not-set {}", order.target(), remark));
    try {
      handover.run(connection, replaced.isPresent(), copy.unsealing());
      return Optional.of(restored(order, replaced, WARM, handover.notSet()));
    } catch (BackupFailure e) {
      if (copy.isUntouched(warm.backup(), warm.oid())) {
        throw e;
      }
      log.warn("backup={} warm={} next=load {}", warm.backup(), warm.name(), e.detail());
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(afterLoss(order.withTemporary(identity), WARM, handover.notSet(), e));
    }
  }

  private static void refuseToOverwrite(RestoreOrder order, boolean occupied) {
    if (order.newDatabase() != null && occupied) {
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "database %s exists already".formatted(order.newDatabase()),
          "choose another name, or drop that database first");
    }
  }

  private String load(RestoreOrder order, FilledDatabase filled, Witness witness)
      throws SQLException {
    Manifest.Source source = order.manifest().source();
    PostgresPrograms programs =
        PostgresPrograms.forServer(
            source.serverVersionNumber() / 10_000, source.serverVersion(), postgresPrograms);
    DatabaseAccess target = order.access().toDatabase(order.temporaryName());
    return loader.load(
        new Load(order.manifest(), target, programs, List.of(), order.chosen(), SESSION),
        filled::createAfresh,
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
            "the database is as it was; restore an older backup with --backup ID (fairlead backup list), and report this with the log of backup-service");
      }
    }
  }
}
