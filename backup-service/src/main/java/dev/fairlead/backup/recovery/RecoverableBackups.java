package dev.fairlead.backup.recovery;

import static java.util.Comparator.naturalOrder;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.archive.StoredBackups.Listed;
import dev.fairlead.backup.archive.TrustedKey;
import dev.fairlead.backup.drill.Vouching;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a store has, as its manifests say.
 *
 * @param key whose backups alone are restored; absent where nobody brought one
 */
record RecoverableBackups(Store store, @Nullable TrustedKey key) {

  /** Of what drills stated: it lies under their moments. */
  private static final BinaryOperator<String> LATER = BinaryOperator.maxBy(naturalOrder());

  /** All of a database, or of all databases, the newest data first. */
  List<Listed> of(@Nullable DatabaseId database) {
    return new StoredBackups(store).all(database);
  }

  /**
   * @param passedOver newer ones that the key did not sign, or that a drill disproved
   */
  record Choice(Manifest manifest, List<Listed> passedOver) {}

  /**
   * @param wanted the newest of the database when absent
   * @throws BackupFailure naming what there is instead, or what the key did not sign
   */
  Choice choose(@Nullable DatabaseId database, @Nullable BackupId wanted) {
    if (database == null) {
      throw new IllegalArgumentException(
          "--database is missing; without --into and --files-below the backups of all databases are listed");
    }
    List<Listed> found = of(database);
    List<Listed> candidates =
        found.stream()
            .filter(listed -> wanted == null || listed.keys().backup().equals(wanted))
            .toList();
    if (candidates.isEmpty()) {
      throw missing(database, wanted, found);
    }
    for (int n = 0; n < candidates.size(); n++) {
      Optional<Manifest> chosen =
          read(candidates.get(n))
              .filter(this::isTrusted)
              .filter(manifest -> wanted != null || !isDisproved(manifest));
      if (chosen.isPresent()) {
        return new Choice(chosen.get(), candidates.subList(0, n));
      }
    }
    throw key == null ? missing(database, wanted, found) : noneToCountOn(key, candidates);
  }

  /** The whole of it; empty when it is damaged, or gone since it was listed. */
  Optional<Manifest> read(Listed listed) {
    return new StoredBackups(store).readableManifest(listed.keys());
  }

  /** The same of one that is not held. */
  boolean isTrusted(Listed listed) {
    return key == null || read(listed).filter(this::isTrusted).isPresent();
  }

  /** Without a key whatever lies there has to do. */
  boolean isTrusted(Manifest manifest) {
    return key == null || new Vouching(store, key).covers(manifest);
  }

  /** Whether a drill found other data in it than its snapshot held; without a key nobody knows. */
  boolean isDisproved(Manifest manifest) {
    return key != null && new Vouching(store, key).disproves(manifest);
  }

  /**
   * Of which backups whatever lies beside them says that the latest drill disproved them, and where
   * that is; with a key somebody knows whether it is so, without one nobody.
   */
  Map<BackupKeys, String> saidToBeDisproved(@Nullable DatabaseId database) {
    return key == null ? saidToBeDisproved(database == null ? "" : database + "/") : Map.of();
  }

  /** The same of one. */
  Optional<String> saidToBeDisproved(Manifest manifest) {
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    return key == null
        ? Optional.ofNullable(saidToBeDisproved(keys.folder()).get(keys))
        : Optional.empty();
  }

  private Map<BackupKeys, String> saidToBeDisproved(String prefix) {
    Map<BackupKeys, String> latest = new HashMap<>();
    store.list(prefix).stream()
        .map(Store.StoredObject::key)
        .filter(key -> BackupKeys.isStatement(key) || BackupKeys.isDisproof(key))
        .forEach(key -> BackupKeys.of(key).ifPresent(keys -> latest.merge(keys, key, LATER)));
    latest.values().removeIf(key -> !BackupKeys.isDisproof(key));
    latest.replaceAll((keys, key) -> store.location(key));
    return latest;
  }

  private BackupFailure noneToCountOn(TrustedKey key, List<Listed> candidates) {
    List<Listed> signed = candidates.stream().filter(this::isTrusted).toList();
    if (!signed.isEmpty()) {
      return new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "drills found other data than the snapshot held in: " + ids(signed.stream()),
          "name one with --backup to restore it all the same");
    }
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "key %s signed none of: %s".formatted(key.id(), ids(candidates.stream())),
        "see whether this is the key of the service that made them, and who else can write to the store; without --key the newest is restored all the same");
  }

  private BackupFailure missing(
      DatabaseId database, @Nullable BackupId wanted, List<Listed> found) {
    String there =
        found.isEmpty()
            ? of(null).stream()
                .map(listed -> listed.keys().database().toString())
                .distinct()
                .collect(Collectors.joining(", ", "the store has backups of: ", ""))
            : "of this database it has: " + ids(found.stream());
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "%s has no backup %sof %s"
            .formatted(
                store.location(database.toString()), wanted == null ? "" : wanted + " ", database),
        there);
  }

  private static String ids(Stream<Listed> listed) {
    return listed.map(each -> each.keys().backup().toString()).collect(Collectors.joining(", "));
  }
}
