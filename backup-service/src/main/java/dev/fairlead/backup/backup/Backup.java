package dev.fairlead.backup.backup;

import dev.fairlead.backup.ToldText;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.events.Actor;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One backup as the catalogue knows it.
 *
 * @param attempt 0 until it is begun for the first time
 * @param manifest as published; present from completion on
 * @param recoveryMillis how long its latest drill took to restore it
 * @param statement what was signed after that drill
 * @param disproof what the latest drill found that restored it and found other data than the
 *     snapshot held; such a backup counts as none, whatever its copies are
 * @param trusted whether it was made here, or our key signed what says so; others were found in a
 *     store, and are restored only when somebody names them
 * @param pinnedFor the deployment that may have to be rolled back to it
 * @param progress as it was last told, while it was made
 */
public record Backup(
    BackupId id,
    DatabaseId database,
    @Nullable DeploymentId deployment,
    @Nullable String requestedBy,
    @Nullable String requestReason,
    Instant requestedAt,
    Cause cause,
    BackupState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Failure failure,
    @Nullable Manifest manifest,
    @Nullable ProofLevel proof,
    @Nullable Long recoveryMillis,
    @Nullable String statement,
    @Nullable Disproof disproof,
    boolean trusted,
    @Nullable DeploymentId pinnedFor,
    @Nullable TransferProgress progress,
    List<Copy> copies) {

  /** Who asks for what the timetable says. */
  public static final Actor TIMETABLE = new Actor("fairlead/backup");

  /** Empty where only an older manifest is known, which does not say it. */
  public Optional<RetentionClass> retentionClass() {
    return manifest != null && manifest.retentionClass() != null
        ? Optional.of(manifest.retentionClass())
        : retentionClass(deployment, requestedBy, cause.causation());
  }

  /** What a request says that no manifest does. */
  static Optional<RetentionClass> retentionClass(
      @Nullable DeploymentId deployment, @Nullable String requestedBy, @Nullable String causation) {
    if (deployment != null) {
      return Optional.of(RetentionClass.RELEASE);
    }
    if (TIMETABLE.value().equals(requestedBy)) {
      return Optional.of(RetentionClass.SCHEDULED);
    }
    return causation == null ? Optional.empty() : Optional.of(RetentionClass.ON_DEMAND);
  }

  /** What its events follow from. */
  public record Cause(@Nullable String correlation, @Nullable String causation) {

    /** A request that a deployment waits for belongs to it, also when its event does not say so. */
    public static Cause of(Envelope request, @Nullable DeploymentId deployment) {
      String correlation = request.correlation();
      return correlation == null && deployment != null
          ? new Cause(deployment.toString(), request.id())
          : new Cause(correlation, request.id());
    }

    /** An event of this service that follows from it. */
    public Envelope telling(BackupEvent event, Instant now) {
      Envelope plain = Envelope.of("backup", now, event);
      return new Envelope(
          plain.id(), plain.time(), plain.source(), event, correlation, causation, null, null);
    }
  }

  /** Where it is on its way, for somebody who cannot have it. */
  public String standing() {
    return state == BackupState.COMPLETED && copies.isEmpty()
        ? "being removed by retention: no copy of it counts any more"
        : state.text();
  }

  /** Of a copy of it, in words that anybody may read. */
  public BackupCorrupted corrupted(String store, String detail) {
    return new BackupCorrupted(id, database, store, ToldText.of(detail), null);
  }

  /** Of a copy of one that a drill disproved: no other copy is better. */
  public BackupCorrupted disproved(String store, String detail) {
    return new BackupCorrupted(id, database, store, ToldText.of(detail), true);
  }

  /**
   * That it does not hold what its snapshot held. Reading its bytes again says nothing about it.
   *
   * @param detail names what differs
   * @param signed what was signed after that drill; absent when an earlier version noted it
   */
  public record Disproof(String detail, Instant at, @Nullable String signed) {}

  public record Failure(String reason, String detail, String advice) {}

  /**
   * @param defect what was wrong with it when it was last read, if anything
   */
  public record Copy(String store, String location, @Nullable String defect) {

    /**
     * How every defect begins that is of its manifest alone. What is wrong with its archives is
     * told before that, and begins with where they lie.
     */
    public static final String OF_MANIFEST = "its manifest ";

    /** All else of it may be good: then its manifest can be written again. */
    public static final String WITHOUT_MANIFEST = OF_MANIFEST + "is not there";

    /** Of one that the comparison did not find in its store. */
    public static final String NOT_THERE = "is not there";

    /** Of such a one that has come back: nobody has read it since. */
    public static final String BACK = "was not there, and is again; it is to be read";

    /** Whether it was found again, and may be as good as ever. */
    public boolean isBack() {
      return BACK.equals(defect);
    }

    /** Whether nothing is known to be wrong with its archives. */
    public boolean onlyManifestIsBad() {
      return defect != null && defect.startsWith(OF_MANIFEST);
    }
  }

  /** What there should be of it in this store; empty also when it is leaving. */
  public Optional<Copy> copyIn(String store) {
    return copies.stream().filter(copy -> copy.store().equals(store)).findFirst();
  }
}
