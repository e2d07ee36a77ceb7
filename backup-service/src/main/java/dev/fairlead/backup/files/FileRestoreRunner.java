package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.files.FileRestores.Requested;
import dev.fairlead.backup.files.FileRestores.State;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Does what a restore of files asks for, once, however often it is interrupted. */
@Component
class FileRestoreRunner {

  private static final Logger log = LoggerFactory.getLogger(FileRestoreRunner.class);

  private static final int MOST_ATTEMPTS = 8;

  private final FileRestores restores;
  private final Databases databases;
  private final FileStores stores;
  private final AgeKeys ageKeys;
  private final CorruptFiles witness;

  FileRestoreRunner(
      FileRestores restores,
      Databases databases,
      FileStores stores,
      AgeKeys ageKeys,
      CorruptFiles witness) {
    this.witness = witness;
    this.restores = restores;
    this.databases = databases;
    this.stores = stores;
    this.ageKeys = ageKeys;
  }

  void run(UUID id) {
    restores
        .find(id)
        .filter(requested -> requested.state() == State.REQUESTED)
        .ifPresent(this::attempt);
  }

  private void attempt(Requested requested) {
    Staging staging = new Staging(requested.id(), requested.requestedAt());
    if (restores.begun(requested.id()) > MOST_ATTEMPTS) {
      failed(
          requested,
          staging,
          BackupFailure.interruptedTooOften(MOST_ATTEMPTS, "request the restore again"));
      return;
    }
    perform(requested, staging);
  }

  private void perform(Requested requested, Staging staging) {
    Map<Path, Path> ready = new LinkedHashMap<>();
    try {
      ready.putAll(restoreOf(requested).run(target(requested, staging)));
      List<String> outcome = takenPlaces(requested, staging, ready);
      restores.completed(requested.id(), outcome);
      if (requested.below() != null) {
        staging.leave(Path.of(requested.below()));
      }
      log.info("file-restore={} backup={} {}", requested.id(), requested.backup(), outcome);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (RuntimeException e) {
      log.debug("file-restore={} next=fail", requested.id(), e);
      failed(requested, staging, BackupFailure.unexpected(e, "request the restore again"));
    } catch (IOException e) {
      failed(
          requested,
          staging,
          new BackupFailure(
              BackupFailureReason.STORE_UNREACHABLE,
              "the files could not take their places: " + e,
              "make these places writable for backup-service, then fairlead backup restore-files",
              e));
    }
    staging.forget(ready.keySet());
  }

  /**
   * Nothing of it is left when it is told, but what has taken its place: whoever is interrupted
   * meanwhile does it again.
   */
  private void failed(Requested requested, Staging staging, BackupFailure failure) {
    BackupFailure told = failure.redacted();
    String below = requested.below();
    Set<Path> places = below == null ? places(requested) : Set.of();
    List<String> done = staging.changed(places);
    staging.discard(places);
    boolean gone = below == null || staging.discardBelow(Path.of(below));
    String detail =
        done.isEmpty() ? told.detail() : "%s; done are: %s".formatted(told.detail(), done);
    restores.failed(requested.id(), detail, told.advice(), done, gone);
    log.warn("file-restore={} failed {}; {}", requested.id(), detail, told.advice());
    staging.forget(places);
  }

  private static List<String> takenPlaces(
      Requested requested, Staging staging, Map<Path, Path> ready) throws IOException {
    List<String> outcome = new ArrayList<>();
    for (Map.Entry<Path, Path> each : ready.entrySet()) {
      outcome.add(
          requested.below() == null
              ? staging.swap(each.getKey(), each.getValue())
              : "%s restored as %s".formatted(each.getKey(), each.getValue()));
    }
    return outcome;
  }

  private UnaryOperator<Path> target(Requested requested, Staging staging) {
    if (requested.below() != null) {
      Path below = Path.of(requested.below());
      return archived -> staging.below(below, archived);
    }
    InPlace places = InPlace.of(configured(requested));
    return archived -> {
      places.require(archived);
      return staging.beside(archived);
    };
  }

  private Set<Path> places(Requested requested) {
    InPlace places = InPlace.of(configured(requested));
    return restores
        .manifest(requested.backup())
        .flatMap(manifest -> Optional.ofNullable(manifest.files()))
        .map(places::and)
        .orElseGet(() -> Set.copyOf(places.roots()));
  }

  private List<String> configured(Requested requested) {
    return restores
        .manifest(requested.backup())
        .flatMap(manifest -> databases.find(manifest.database()))
        .map(KnownDatabase::files)
        .orElse(List.of());
  }

  private FileRestore restoreOf(Requested requested) {
    Manifest manifest = restores.manifest(requested.backup()).orElse(null);
    Manifest.Files files = manifest == null ? null : manifest.files();
    if (manifest == null || files == null) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "backup %s has no files".formatted(requested.backup()),
          "name files in the manifest (databases.<name>.backup.files) before the next backup");
    }
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    return new FileRestore(
        stores.copies(manifest.backup(), witness), ageKeys.identity(), keys, files);
  }
}
