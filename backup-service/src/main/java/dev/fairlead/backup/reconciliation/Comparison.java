package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.StoredStatements;
import dev.fairlead.backup.files.PackSweep;
import dev.fairlead.backup.reconciliation.Discrepancy.Abandoned;
import dev.fairlead.backup.reconciliation.Discrepancy.Back;
import dev.fairlead.backup.reconciliation.Discrepancy.Excess;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.reconciliation.Discrepancy.Missing;
import dev.fairlead.backup.reconciliation.Discrepancy.Stray;
import dev.fairlead.backup.reconciliation.Discrepancy.Unknown;
import dev.fairlead.backup.reconciliation.Discrepancy.UnknownPacks;
import dev.fairlead.backup.reconciliation.Discrepancy.Unpublished;
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
import java.util.stream.Collectors;

/** What one store holds beside what the catalogue says of it. Looks only. */
final class Comparison {

  private final Backups backups;
  private final StoredStatements statements;
  private final PackSweep packs;
  private final Store store;
  private final Instant begun;
  private final Instant horizon;
  private final List<Discrepancy> found = new ArrayList<>();
  private final Map<BackupKeys, List<StoredObject>> folders = new LinkedHashMap<>();
  private final List<StoredObject> oldPacks = new ArrayList<>();

  /** What may be a copy of a completed backup, whether its manifest is there or can be again. */
  private final Set<BackupId> published = new HashSet<>();

  /** Where the packs lie of which a backup may be made just now that we do not know. */
  private final Set<String> inUse = new HashSet<>();

  /**
   * @param begun nothing that ended after this moment is missing
   * @param horizon what nobody knows and nobody has touched since then is nobody's work in hand
   */
  Comparison(
      Backups backups,
      StoredStatements statements,
      PackSweep packs,
      Store store,
      Instant begun,
      Instant horizon) {
    this.backups = backups;
    this.statements = statements;
    this.packs = packs;
    this.store = store;
    this.begun = begun;
    this.horizon = horizon;
  }

  List<Discrepancy> run() {
    store.list("").forEach(this::sort);
    folders.forEach(this::look);
    store.unfinished("").forEach(this::look);
    backups.copiesIn(store.name(), begun).stream()
        .filter(keys -> !published.contains(keys.backup()))
        .forEach(keys -> found.add(new Missing(store, keys)));
    unknownPacks();
    return found;
  }

  /** Beside backups there are probes, packs of files, what was set aside, and others' objects. */
  private void sort(StoredObject object) {
    Optional<BackupKeys> keys = BackupKeys.of(object.key());
    if (keys.isPresent()) {
      folders.computeIfAbsent(keys.get(), _ -> new ArrayList<>()).add(object);
    } else if (!isOwn(object.key())) {
      found.add(new Stray(store, object.key()));
    } else if (BackupKeys.isPack(object.key())
        && object.modifiedAt().isBefore(horizon.minus(PackSweep.IN_USE))) {
      oldPacks.add(object);
    }
  }

  private static boolean isOwn(String key) {
    return key.startsWith(".");
  }

  private void look(BackupKeys keys, List<StoredObject> objects) {
    Optional<Backup> known =
        backups.find(keys.backup()).filter(it -> it.database().equals(keys.database()));
    if (objects.stream().anyMatch(object -> BackupKeys.isManifest(object.key()))) {
      published.add(keys.backup());
      ofPublished(keys, known, objects);
    } else {
      ofUnpublished(keys, known, objects);
    }
  }

  /**
   * A removal that was begun has its row. A copy without one was never judged: its store was away
   * when the catalogue was rebuilt, and the policies of others do not speak for it.
   */
  private void ofPublished(BackupKeys keys, Optional<Backup> known, List<StoredObject> objects) {
    if (isLeaving(keys)) {
      return;
    }
    if (known.isPresent() && known.get().copyIn(store.name()).isPresent()) {
      if (isVouchedForNow(known.get())) {
        found.add(new Unknown(store, keys));
      } else {
        back(known.get(), keys);
        unstated(known.get(), keys, objects);
        if (isWhole(known.get(), objects)) {
          excess(known.get(), keys, objects);
        }
      }
      return;
    }
    switch (known.map(Backup::state).orElse(BackupState.COMPLETED)) {
      case REQUESTED, DUMPING -> {}
      case FAILED -> found.add(new Leftover(store, keys, "the catalogue says it has failed"));
      case EXPIRED, COMPLETED -> found.add(new Unknown(store, keys));
    }
  }

  /** Its key may have come back only after it was taken in. */
  private boolean isVouchedForNow(Backup known) {
    return !known.trusted()
        && known.manifest() != null
        && statements.vouchFor(store, known.manifest());
  }

  private void back(Backup backup, BackupKeys keys) {
    if (backup.copyIn(store.name()).map(Copy::defect).filter(Copy.NOT_THERE::equals).isPresent()) {
      found.add(new Back(store, keys));
    }
  }

  private void unstated(Backup backup, BackupKeys keys, List<StoredObject> objects) {
    statements
        .keyOf(backup)
        .filter(key -> objects.stream().noneMatch(object -> object.key().equals(key)))
        .ifPresent(key -> found.add(new Unstated(store, key, keys)));
  }

  /** Another service may share the store: what we do not know may be its work in hand. */
  private void ofUnpublished(BackupKeys keys, Optional<Backup> known, List<StoredObject> objects) {
    if (known.isEmpty()) {
      if (isOld(objects)) {
        found.add(new Leftover(store, keys, "it was never completed"));
      } else {
        inUse.add(keys.packs());
      }
      return;
    }
    switch (known.get().state()) {
      case REQUESTED, DUMPING -> {}
      case FAILED, EXPIRED -> found.add(new Leftover(store, keys, "it was never completed"));
      case COMPLETED -> ofCompleted(known.get(), keys, objects);
    }
  }

  /** That it has no manifest here is what is wrong with it, not that it was never completed. */
  private void ofCompleted(Backup backup, BackupKeys keys, List<StoredObject> objects) {
    if (isLeaving(keys)) {
      return;
    }
    Optional<Copy> copy = backup.copyIn(store.name());
    boolean canBeWhole = StoredArchive.of(backup).isIn(objects);
    if (canBeWhole && copy.map(Comparison::mayBeGood).orElse(backup.trusted())) {
      published.add(keys.backup());
      found.add(new Unpublished(store, keys));
    } else if (copy.isEmpty() && !canBeWhole && isOld(objects)) {
      found.add(new Leftover(store, keys, "it is no copy of the backup"));
    }
  }

  /** Whether nothing is known to be wrong with it but that its manifest is gone. */
  private static boolean mayBeGood(Copy copy) {
    return copy.defect() == null
        || copy.defect().equals(Copy.WITHOUT_MANIFEST)
        || copy.defect().equals(Copy.NOT_THERE)
        || copy.isBack();
  }

  /** Where something is wrong with it, what is beside it may be all that is left. */
  private boolean isWhole(Backup backup, List<StoredObject> objects) {
    return StoredArchive.of(backup).isIn(objects)
        && backup.copyIn(store.name()).filter(copy -> copy.defect() == null).isPresent();
  }

  /** What a later version put beside its manifest is named in it, where this one does not look. */
  private void excess(Backup backup, BackupKeys keys, List<StoredObject> objects) {
    List<StoredObject> written =
        objects.stream().filter(object -> BackupKeys.isOfAttempt(object.key())).toList();
    Manifest manifest = backup.manifest();
    if (manifest == null || written.size() <= 1) {
      return;
    }
    written.stream()
        .filter(object -> object.modifiedAt().isBefore(horizon))
        .map(object -> new Excess(store, keys, object.key()))
        .filter(excess -> !excess.isNamedIn(manifest))
        .forEach(found::add);
  }

  private boolean isLeaving(BackupKeys keys) {
    return backups.isLeaving(keys.backup(), store.name());
  }

  private boolean isOld(List<StoredObject> objects) {
    return objects.stream().allMatch(object -> object.modifiedAt().isBefore(horizon));
  }

  private void unknownPacks() {
    List<String> keys =
        oldPacks.stream()
            .map(StoredObject::key)
            .filter(key -> !inUse.contains(BackupKeys.packsBeside(key)))
            .toList();
    Set<String> unknown = packs.unknown(keys.stream().map(BackupKeys::packName).toList());
    keys.stream()
        .filter(key -> unknown.contains(BackupKeys.packName(key)))
        .collect(Collectors.groupingBy(BackupKeys::packsBeside))
        .forEach(this::unknownPacks);
  }

  private void unknownPacks(String folder, List<String> keys) {
    for (int n = 0; n < keys.size(); n += UnknownPacks.MOST) {
      List<String> some = keys.subList(n, Math.min(keys.size(), n + UnknownPacks.MOST));
      found.add(new UnknownPacks(store, folder, List.copyOf(some)));
    }
  }

  private void look(UnfinishedUpload upload) {
    if (isAbandoned(upload)) {
      found.add(new Abandoned(store, upload));
    } else {
      BackupKeys.of(upload.key()).map(BackupKeys::packs).ifPresent(inUse::add);
    }
  }

  /** Others may use the same bucket: an upload that does not look like ours is theirs. */
  private boolean isAbandoned(UnfinishedUpload upload) {
    return BackupKeys.of(upload.key())
        .map(keys -> isAbandoned(keys, upload.touchedAt()))
        .orElse(isOwn(upload.key()) && upload.touchedAt().isBefore(horizon));
  }

  /** What is written to a completed backup may be a good copy in place of a bad one. */
  private boolean isAbandoned(BackupKeys keys, Instant lastTouched) {
    Optional<BackupState> state = backups.find(keys.backup()).map(Backup::state);
    return switch (state.orElse(BackupState.COMPLETED)) {
      case REQUESTED, DUMPING -> false;
      case FAILED, EXPIRED -> true;
      case COMPLETED -> lastTouched.isBefore(horizon);
    };
  }
}
