package dev.fairlead.backup.files;

import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The files of a restore point, for whoever brings its database back. */
@Component
public class RestorePointFiles {

  private final FileStores stores;
  private final AgeKeys ageKeys;
  private final CorruptFiles witness;

  RestorePointFiles(FileStores stores, AgeKeys ageKeys, CorruptFiles witness) {
    this.witness = witness;
    this.stores = stores;
    this.ageKeys = ageKeys;
  }

  /**
   * Fetches them, and puts each beside the place it belongs to.
   *
   * @param restore names what is staged, so that a later attempt finds what an earlier one left
   * @param requestedAt names what they replace
   * @param places the absolute paths that the database's applied manifest names
   * @return none where the backup has no files
   * @throws dev.fairlead.backup.BackupFailure when one cannot be fetched or written, or has another
   *     place than these; then nothing is left of them
   */
  public StagedFiles stage(
      Manifest manifest, UUID restore, Instant requestedAt, List<String> places) {
    Manifest.Files files = manifest.files();
    if (files == null) {
      return StagedFiles.NONE;
    }
    InPlace inPlace = InPlace.of(places);
    StagedFiles staged =
        new StagedFiles(new Staging(restore, requestedAt), inPlace, inPlace.and(files));
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    try {
      new FileRestore(stores.copies(manifest.backup(), witness), ageKeys.identity(), keys, files)
          .run(staged::placeFor);
      return staged;
    } catch (RuntimeException e) {
      staged.discard();
      throw e;
    }
  }
}
