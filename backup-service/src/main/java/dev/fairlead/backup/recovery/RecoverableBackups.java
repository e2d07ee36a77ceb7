package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.archive.TrustedKey;
import dev.fairlead.backup.drill.Vouching;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a store has, as its manifests say.
 *
 * @param key whose backups alone are restored; absent where nobody brought one
 */
record RecoverableBackups(Store store, @Nullable TrustedKey key) {

  /** All of a database, or of all databases, the newest data first. */
  List<Manifest> of(@Nullable DatabaseId database) {
    return new StoredBackups(store).all(database);
  }

  /**
   * @param passedOver newer ones that the key did not sign
   */
  record Choice(Manifest manifest, List<Manifest> passedOver) {}

  /**
   * @param wanted the newest of the database when absent
   * @throws BackupFailure naming what there is instead, or what the key did not sign
   */
  Choice choose(@Nullable DatabaseId database, @Nullable BackupId wanted) {
    if (database == null) {
      throw new IllegalArgumentException(
          "--database is missing; without --into and --files-below the backups of all databases are listed");
    }
    List<Manifest> found = of(database);
    List<Manifest> candidates =
        found.stream()
            .filter(manifest -> wanted == null || manifest.backup().equals(wanted))
            .toList();
    if (candidates.isEmpty()) {
      throw missing(database, wanted, found);
    }
    List<Manifest> passedOver =
        candidates.stream().takeWhile(manifest -> !isTrusted(manifest)).toList();
    if (passedOver.size() == candidates.size()) {
      throw notSigned(candidates);
    }
    return new Choice(candidates.get(passedOver.size()), passedOver);
  }

  /** Without a key whatever lies there has to do. */
  boolean isTrusted(Manifest manifest) {
    return key == null || new Vouching(store, key).covers(manifest);
  }

  private BackupFailure notSigned(List<Manifest> candidates) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "key %s signed none of: %s"
            .formatted(Objects.requireNonNull(key).id(), ids(candidates.stream())),
        "see whether this is the key of the service that made them, and who else can write to the store; without --key the newest is restored all the same");
  }

  private BackupFailure missing(
      DatabaseId database, @Nullable BackupId wanted, List<Manifest> found) {
    String there =
        found.isEmpty()
            ? of(null).stream()
                .map(manifest -> Objects.toString(manifest.database()))
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

  private static String ids(Stream<Manifest> manifests) {
    return manifests
        .map(manifest -> Objects.toString(manifest.backup()))
        .collect(Collectors.joining(", "));
  }
}
