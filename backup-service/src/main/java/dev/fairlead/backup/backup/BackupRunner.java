package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.BackupLedger.Begun;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Does what a request asks for, once. Called again after every interruption, it looks first how far
 * the attempt before came: published means done, everything else is removed and made anew.
 */
@Component
public class BackupRunner {

  private static final Logger log = LoggerFactory.getLogger(BackupRunner.class);

  private final BackupLedger ledger;
  private final BackupPipeline pipeline;
  private final DatabaseLogin login;
  private final Stores stores;

  BackupRunner(BackupLedger ledger, BackupPipeline pipeline, DatabaseLogin login, Stores stores) {
    this.ledger = ledger;
    this.pipeline = pipeline;
    this.login = login;
    this.stores = stores;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(BackupId id) {
    return switch (ledger.begin(id)) {
      case BackupLedger.Nothing _ -> Optional.empty();
      case BackupLedger.Wait(Duration pause) -> Optional.of(pause);
      case Begun begun -> perform(begun);
    };
  }

  private Optional<Duration> perform(Begun begun) {
    Backup backup = begun.backup();
    log.info(
        "backup={} database={} attempt={} next=dump",
        backup.id(),
        backup.database(),
        begun.attempt());
    try {
      ledger.completed(begun, manifestOf(begun));
      return Optional.empty();
    } catch (BackupFailure failure) {
      return failure.reason() == BackupFailureReason.INTERRUPTED
          ? Optional.of(Duration.ZERO)
          : ledger.failed(begun, failure);
    }
  }

  private Manifest manifestOf(Begun begun) {
    Optional<Manifest> published = begun.attempt() > 1 ? takeUp(begun.backup()) : Optional.empty();
    return published.orElseGet(() -> pipeline.run(order(begun)));
  }

  private BackupOrder order(Begun begun) {
    Backup backup = begun.backup();
    return new BackupOrder(
        backup.id(),
        backup.database(),
        backup.deployment(),
        backup.requestedAt(),
        begun.attempt(),
        login.forBackup(begun.database()));
  }

  /** Manifests are published only after all archives were read back, so one of them suffices. */
  private Optional<Manifest> takeUp(Backup backup) {
    BackupKeys keys = new BackupKeys(backup.database(), backup.id());
    Optional<Manifest> published =
        stores.all().stream()
            .map(StoredBackups::new)
            .flatMap(stored -> stored.manifest(keys).stream())
            .findFirst();
    for (var store : stores.all()) {
      StoredBackups stored = new StoredBackups(store);
      published.ifPresentOrElse(stored::publish, () -> stored.remove(keys));
    }
    return published;
  }
}
