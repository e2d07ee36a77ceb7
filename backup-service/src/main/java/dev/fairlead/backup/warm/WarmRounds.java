package dev.fairlead.backup.warm;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.OwnDatabase;
import dev.fairlead.backup.restore.OwnDatabase.End;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps one warm copy of each database that wants one: of the newest backup a drill proved. An
 * older one stays until the newer one is ready.
 */
@Component
public class WarmRounds {

  private static final Logger log = LoggerFactory.getLogger(WarmRounds.class);

  private final WarmCopies copies;
  private final WarmRequests requests;
  private final Backups backups;
  private final Restores restores;
  private final Databases databases;
  private final DatabaseLogin login;

  WarmRounds(
      WarmCopies copies,
      WarmRequests requests,
      Backups backups,
      Restores restores,
      Databases databases,
      DatabaseLogin login) {
    this.copies = copies;
    this.requests = requests;
    this.backups = backups;
    this.restores = restores;
    this.databases = databases;
    this.login = login;
  }

  /** Asks for what is wanted and not there, such as after one was used, and drops the rest. */
  public void run() {
    for (KnownDatabase database : databases.all()) {
      if (requests.isWanted(database)) {
        requests.makeNewest(database);
      }
    }
    sweep();
  }

  void sweep() {
    List<WarmCopy> all = copies.all();
    all.stream().filter(copy -> isOver(copy, all)).forEach(this::drop);
  }

  private boolean isOver(WarmCopy copy, List<WarmCopy> all) {
    Optional<KnownDatabase> database = databases.find(copy.database());
    boolean unwanted = database.filter(requests::isWanted).isEmpty();
    return copy.state() != State.MAKING
        && !restores.needs(copy.backup())
        && (unwanted
            || copy.state() == State.DROPPING
            || snapshotOf(copy).isEmpty()
            || isSuperseded(copy, all));
  }

  /** What was backed up later counts, not what was drilled later. */
  private boolean isSuperseded(WarmCopy copy, List<WarmCopy> all) {
    Instant snapshot = snapshotOf(copy).orElse(Instant.MAX);
    return all.stream()
        .filter(other -> other.database().equals(copy.database()))
        .filter(other -> other.state() == State.READY)
        .flatMap(other -> snapshotOf(other).stream())
        .anyMatch(other -> other.isAfter(snapshot));
  }

  /** Empty when its backup has expired, or a drill has disproved it since. */
  private Optional<Instant> snapshotOf(WarmCopy copy) {
    return existing(copy)
        .filter(backup -> backup.disproof() == null)
        .flatMap(backup -> Optional.ofNullable(backup.manifest()))
        .map(manifest -> manifest.source().snapshotAt());
  }

  private Optional<Backup> existing(WarmCopy copy) {
    return backups.find(copy.backup()).filter(backup -> backup.state() == BackupState.COMPLETED);
  }

  /**
   * A restore writes that it needs the backup and then looks for the copy. We write that the copy
   * goes and then look whether it is needed, so one of the two sees the other. The row goes last:
   * what could not be dropped is found again.
   */
  private void drop(WarmCopy copy) {
    if (!copies.dropping(copy)) {
      return;
    }
    if (restores.needs(copy.backup())) {
      copies.kept(copy);
      return;
    }
    Optional<KnownDatabase> found = databases.find(copy.database());
    if (found.isEmpty() && existing(copy).isEmpty()) {
      copies.remove(copy.backup());
      log.warn("backup={} warm={} next=none drop it by hand", copy.backup(), copy.name());
      return;
    }
    try {
      KnownDatabase database = found.orElseThrow(() -> nowhere(copy));
      End end =
          new OwnDatabase(copy.name(), copy.oid(), copy.server()).drop(login.forRestore(database));
      copies.remove(copy.backup());
      log.info("backup={} warm={} was={} next=none", copy.backup(), copy.name(), end);
    } catch (BackupFailure e) {
      log.warn("backup={} warm={} next=later {}", copy.backup(), copy.name(), e.sentence());
    }
  }

  private static BackupFailure nowhere(WarmCopy copy) {
    return new BackupFailure(
        BackupFailureReason.UNKNOWN_DATABASE,
        "no applied manifest says where the server of %s is".formatted(copy.database()),
        "apply the manifest of its application");
  }
}
