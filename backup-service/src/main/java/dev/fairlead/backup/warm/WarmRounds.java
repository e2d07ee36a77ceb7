package dev.fairlead.backup.warm;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
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
  private final WarmPipeline pipeline;
  private final WarmRequests requests;
  private final Backups backups;
  private final Restores restores;
  private final Databases databases;
  private final DatabaseLogin login;

  WarmRounds(
      WarmCopies copies,
      WarmPipeline pipeline,
      WarmRequests requests,
      Backups backups,
      Restores restores,
      Databases databases,
      DatabaseLogin login) {
    this.copies = copies;
    this.pipeline = pipeline;
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
        newestProved(database.id()).ifPresent(backup -> requests.make(backup.id(), database));
      }
    }
    sweep();
  }

  private Optional<Backup> newestProved(DatabaseId database) {
    return backups.completed(database).stream()
        .filter(backup -> backup.proof() == ProofLevel.DRILLED)
        .filter(backup -> backup.copies().stream().anyMatch(copy -> copy.defect() == null))
        .findFirst();
  }

  void sweep() {
    List<WarmCopy> all = copies.all();
    all.stream().filter(copy -> isOver(copy, all)).forEach(this::drop);
  }

  private boolean isOver(WarmCopy copy, List<WarmCopy> all) {
    Optional<KnownDatabase> database = databases.find(copy.database());
    boolean unwanted = database.filter(requests::isWanted).isEmpty();
    boolean expired =
        backups.find(copy.backup()).filter(it -> it.state() == BackupState.COMPLETED).isEmpty();
    return copy.state() != State.MAKING
        && !restores.needs(copy.backup())
        && (unwanted || expired || isSuperseded(copy, all));
  }

  private static boolean isSuperseded(WarmCopy copy, List<WarmCopy> all) {
    return all.stream()
        .filter(other -> other.database().equals(copy.database()))
        .filter(other -> other.state() == State.READY)
        .anyMatch(other -> other.requestedAt().isAfter(copy.requestedAt()));
  }

  /** The row goes last: what could not be dropped is found again. */
  private void drop(WarmCopy copy) {
    try {
      databases
          .find(copy.database())
          .ifPresent(database -> pipeline.drop(login.forRestore(database), copy.name()));
      copies.remove(copy.backup());
      log.info("backup={} warm={} next=dropped", copy.backup(), copy.name());
    } catch (BackupFailure e) {
      log.warn("backup={} warm={} next=later {}", copy.backup(), copy.name(), e.sentence());
    }
  }
}
