package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.StoredStatements;
import dev.fairlead.backup.reconciliation.Discrepancy.Abandoned;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.reconciliation.Discrepancy.Missing;
import dev.fairlead.backup.reconciliation.Discrepancy.Stray;
import dev.fairlead.backup.reconciliation.Discrepancy.Unknown;
import dev.fairlead.backup.reconciliation.Discrepancy.Unstated;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.backup.store.Store.UnfinishedUpload;
import dev.fairlead.events.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one store holds beside what the catalogue says of it. Looks only.
 *
 * @param begun nothing that ended after this moment is missing
 * @param horizon what nobody knows and nobody has touched since then is nobody's work in hand
 */
record Comparison(
    Backups backups, StoredStatements statements, Store store, Instant begun, Instant horizon) {

  List<Discrepancy> run() {
    List<Discrepancy> found = new ArrayList<>();
    Set<BackupId> published = new HashSet<>();
    folders(found)
        .forEach(
            (keys, objects) -> {
              if (objects.stream().anyMatch(object -> BackupKeys.isManifest(object.key()))) {
                published.add(keys.backup());
                ofPublished(keys, objects).ifPresent(found::add);
              } else if (isAbandoned(keys, youngest(objects))) {
                found.add(new Leftover(store, keys, "it was never completed"));
              }
            });
    store.unfinished("").stream()
        .filter(this::isAbandoned)
        .forEach(upload -> found.add(new Abandoned(store, upload)));
    backups.copiesIn(store.name()).stream()
        .filter(backup -> backup.endedAt() != null && backup.endedAt().isBefore(begun))
        .filter(backup -> !published.contains(backup.id()))
        .forEach(backup -> found.add(new Missing(store, backup)));
    return found;
  }

  private Map<BackupKeys, List<StoredObject>> folders(List<Discrepancy> found) {
    Map<BackupKeys, List<StoredObject>> folders = new LinkedHashMap<>();
    for (StoredObject object : store.list("")) {
      BackupKeys.of(object.key())
          .ifPresentOrElse(
              keys -> folders.computeIfAbsent(keys, _ -> new ArrayList<>()).add(object),
              () -> stray(object).ifPresent(found::add));
    }
    return folders;
  }

  private Optional<Discrepancy> stray(StoredObject object) {
    return isOwn(object.key()) ? Optional.empty() : Optional.of(new Stray(store, object.key()));
  }

  /** Of what lies in no backup's folder: probes, packs of files, what was set aside. */
  private static boolean isOwn(String key) {
    return key.startsWith(".");
  }

  private Optional<Discrepancy> ofPublished(BackupKeys keys, List<StoredObject> objects) {
    Optional<Backup> known = backups.find(keys.backup());
    if (backups.isLeaving(keys.backup(), store.name())) {
      return Optional.empty();
    }
    if (known.isPresent() && hasCopy(known.get())) {
      return isVouchedForNow(known.get())
          ? Optional.of(new Unknown(store, keys))
          : unstated(known.get(), objects);
    }
    BackupState state = known.map(Backup::state).orElse(BackupState.COMPLETED);
    return switch (state) {
      case REQUESTED, DUMPING -> Optional.empty();
      case FAILED, EXPIRED ->
          Optional.of(new Leftover(store, keys, "the catalogue says it has " + state.text()));
      case COMPLETED -> Optional.of(new Unknown(store, keys));
    };
  }

  /** Its key may have come back only after it was taken in. */
  private boolean isVouchedForNow(Backup known) {
    return !known.trusted()
        && known.manifest() != null
        && statements.vouchFor(store, known.manifest());
  }

  private Optional<Discrepancy> unstated(Backup backup, List<StoredObject> objects) {
    return statements
        .keyOf(backup)
        .filter(key -> objects.stream().noneMatch(object -> object.key().equals(key)))
        .map(key -> new Unstated(store, key, backup));
  }

  private boolean hasCopy(Backup backup) {
    return backup.copies().stream().anyMatch(copy -> copy.store().equals(store.name()));
  }

  private static Instant youngest(List<StoredObject> objects) {
    return objects.stream()
        .map(StoredObject::modifiedAt)
        .max(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** Others may use the same bucket: an upload that does not look like ours is theirs. */
  private boolean isAbandoned(UnfinishedUpload upload) {
    return BackupKeys.of(upload.key())
        .map(keys -> isAbandoned(keys, upload.touchedAt()))
        .orElse(isOwn(upload.key()) && upload.touchedAt().isBefore(horizon));
  }

  /**
   * Another service may share the store: what we do not know may be its work in hand. And what is
   * written to a backup that was completed may be a good copy in place of a bad one.
   */
  private boolean isAbandoned(BackupKeys keys, Instant lastTouched) {
    Optional<BackupState> state = backups.find(keys.backup()).map(Backup::state);
    return switch (state.orElse(BackupState.COMPLETED)) {
      case REQUESTED, DUMPING -> false;
      case FAILED, EXPIRED -> true;
      case COMPLETED -> lastTouched.isBefore(horizon);
    };
  }
}
