package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Backups and restores of databases, keyed by {@link DatabaseId}. */
public sealed interface BackupEvent extends Event {

  DatabaseId database();

  @Override
  default String subject() {
    return database().toString();
  }

  @Override
  default Topic topic() {
    return Topic.BACKUPS;
  }

  /**
   * Somebody wants a backup of a database.
   *
   * @param backup the id the answer carries; chosen by the requester, so that a repeated request is
   *     the same backup
   * @param deployment set when a deployment waits for it
   * @param proof what the requester waits for; the policy of the database decides when absent
   */
  @EventName("backup-requested")
  record BackupRequested(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      @Nullable Actor requestedBy,
      @Nullable String reason,
      @Nullable ProofLevel proof)
      implements BackupEvent {}

  /**
   * Its manifest exists in every store named in {@code copies}.
   *
   * @param snapshotAt the moment whose data it holds
   * @param sizeBytes stored bytes, compressed and encrypted
   * @param sha256 of the stored bytes, hexadecimal
   * @param tables number of tables dumped
   * @param rows rows counted in the snapshot of the dump
   */
  @EventName("backup-completed")
  record BackupCompleted(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      Instant snapshotAt,
      Instant completedAt,
      long sizeBytes,
      String sha256,
      String serverVersion,
      int tables,
      long rows,
      List<StoredCopy> copies)
      implements BackupEvent {}

  /** One copy of a backup: the store's name and the address of its manifest in it. */
  record StoredCopy(String store, String location) {}

  @EventName("backup-failed")
  record BackupFailed(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      BackupFailureReason reason,
      String detail,
      String advice)
      implements BackupEvent {}

  enum BackupFailureReason {
    /** No applied manifest names this database. */
    @JsonProperty("unknown-database")
    UNKNOWN_DATABASE,
    @JsonProperty("database-unreachable")
    DATABASE_UNREACHABLE,
    @JsonProperty("authentication-failed")
    AUTHENTICATION_FAILED,
    @JsonProperty("missing-rights")
    MISSING_RIGHTS,
    /** pg_dump is not installed or older than the server. */
    @JsonProperty("tool-mismatch")
    TOOL_MISMATCH,
    @JsonProperty("dump-failed")
    DUMP_FAILED,
    @JsonProperty("empty-result")
    EMPTY_RESULT,
    @JsonProperty("store-unreachable")
    STORE_UNREACHABLE,
    @JsonProperty("store-full")
    STORE_FULL,
    @JsonProperty("checksum-mismatch")
    CHECKSUM_MISMATCH,
    @JsonProperty("timed-out")
    TIMED_OUT,
    @JsonProperty("interrupted")
    INTERRUPTED
  }

  /** How far a backup that is under way has come; told every few seconds while it lasts. */
  @EventName("backup-progressed")
  record BackupProgressed(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      TransferProgress progress)
      implements BackupEvent {}

  /**
   * How much of a dump has passed through.
   *
   * @param doneBytes of the dump, uncompressed
   * @param expectedBytes of the dump; an estimate while it is made
   * @param remainingMillis at the pace so far; absent until there is one
   */
  record TransferProgress(long doneBytes, long expectedBytes, @Nullable Long remainingMillis) {}

  /**
   * The backup was proved: read back and compared, or restored in a drill.
   *
   * @param recoveryMillis from the first byte read to the last row and index; of a drill only
   * @param statement of a drill, signed: a JSON Web Signature (RFC 7515, compact, EdDSA)
   */
  @EventName("backup-verified")
  record BackupVerified(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      ProofLevel level,
      int tablesCompared,
      long rowsCompared,
      @Nullable Long recoveryMillis,
      @Nullable String statement)
      implements BackupEvent {}

  /**
   * A drill did not prove the backup. Either nothing was found out, and it may be good; or it is
   * bad, which is told as {@link BackupCorrupted} as well.
   */
  @EventName("backup-drill-failed")
  record BackupDrillFailed(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      String detail,
      String advice)
      implements BackupEvent {}

  /**
   * The newest backup was restored from a store that outlives this machine, with nothing but that
   * store and the key, and every table compared.
   *
   * @param store the one it came from
   * @param recoveryMillis from the first byte asked for to the last index built
   */
  @EventName("recovery-drilled")
  record RecoveryDrilled(
      BackupId backup,
      DatabaseId database,
      String store,
      int tablesCompared,
      long rowsCompared,
      long recoveryMillis)
      implements BackupEvent {}

  /**
   * This database could not be recovered from the store, or nobody has shown for too long that it
   * could.
   *
   * @param backup absent when there was none to recover from
   */
  @EventName("recovery-drill-failed")
  record RecoveryDrillFailed(
      DatabaseId database,
      @Nullable BackupId backup,
      @Nullable String store,
      String detail,
      String advice)
      implements BackupEvent {}

  enum ProofLevel {
    /** Its manifest exists. */
    @JsonProperty("completed")
    COMPLETED,
    /** Every stored byte was read again and its digest compared. */
    @JsonProperty("read-back")
    READ_BACK,
    /** Restored in a throwaway cluster and compared with the snapshot, table by table. */
    @JsonProperty("drilled")
    DRILLED
  }

  @EventName("backup-expired")
  record BackupExpired(BackupId backup, DatabaseId database, String reason)
      implements BackupEvent {}

  /**
   * A copy does not hold what its manifest says.
   *
   * @param disproved whether it is no fault of this copy: a drill restored other data than the
   *     snapshot held, so the backup counts as none, in every store, until a drill proves it; each
   *     copy is told
   */
  @EventName("backup-corrupted")
  record BackupCorrupted(
      BackupId backup,
      DatabaseId database,
      String store,
      String detail,
      @Nullable Boolean disproved)
      implements BackupEvent {}

  /**
   * Somebody wants a backup to be restored.
   *
   * @param backup the newest completed one when absent
   * @param newDatabase the name of the database to create; when absent the database is replaced in
   *     place and the old one kept under another name
   * @param table {@code schema.table}: the new database has all that the backup has, and of the
   *     rows only those of this table; needs {@code newDatabase}
   * @param withFiles whether the files of the same restore point come back as well, in place, with
   *     the present ones kept; not with {@code newDatabase}. A backup without files has none to
   *     bring back
   */
  @EventName("restore-requested")
  record RestoreRequested(
      RestoreId restore,
      DatabaseId database,
      @Nullable BackupId backup,
      @Nullable DeploymentId deployment,
      @Nullable String newDatabase,
      @Nullable Actor requestedBy,
      @Nullable String reason,
      @Nullable String table,
      @Nullable Boolean withFiles)
      implements BackupEvent {}

  /** How far a restore that is under way has come; told every few seconds while it lasts. */
  @EventName("restore-progressed")
  record RestoreProgressed(
      RestoreId restore,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      TransferProgress progress)
      implements BackupEvent {}

  /**
   * What the backup holds is back.
   *
   * @param restoredInto the name of the database that now holds the data
   * @param keptAs the name under which the replaced database was kept, if one was replaced
   * @param store the store whose copy was read; {@code warm} where it was still at hand, restored
   * @param files for each archived path what was put there and where the one before it is now;
   *     absent where none were asked for
   */
  @EventName("restore-completed")
  record RestoreCompleted(
      RestoreId restore,
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      String restoredInto,
      @Nullable String keptAs,
      String store,
      long durationMillis,
      @Nullable List<String> files)
      implements BackupEvent {}

  @EventName("restore-failed")
  record RestoreFailed(
      RestoreId restore,
      DatabaseId database,
      @Nullable BackupId backup,
      @Nullable DeploymentId deployment,
      String detail,
      String advice)
      implements BackupEvent {}
}
