package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a store has, as its manifests say. */
record RecoverableBackups(Store store) {

  /** All of a database, or of all databases, the newest data first. */
  List<Manifest> of(@Nullable DatabaseId database) {
    return new StoredBackups(store).all(database);
  }

  /**
   * @param wanted the newest of the database when absent
   * @throws BackupFailure naming what there is instead
   */
  Manifest choose(@Nullable DatabaseId database, @Nullable BackupId wanted) {
    if (database == null) {
      throw new IllegalArgumentException(
          "--database is missing; without --into the backups of all databases are listed");
    }
    List<Manifest> found = of(database);
    Optional<Manifest> chosen =
        found.stream()
            .filter(manifest -> wanted == null || manifest.backup().equals(wanted))
            .findFirst();
    return chosen.orElseThrow(() -> missing(database, wanted, found));
  }

  private BackupFailure missing(
      DatabaseId database, @Nullable BackupId wanted, List<Manifest> found) {
    String there =
        found.isEmpty()
            ? of(null).stream()
                .map(manifest -> Objects.toString(manifest.database()))
                .distinct()
                .collect(Collectors.joining(", ", "the store has backups of: ", ""))
            : found.stream()
                .map(manifest -> Objects.toString(manifest.backup()))
                .collect(Collectors.joining(", ", "of this database it has: ", ""));
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "%s has no backup %sof %s"
            .formatted(
                store.location(database.toString()), wanted == null ? "" : wanted + " ", database),
        there);
  }
}
