package dev.fairlead.backup.files;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a restore point as one store has them, for whoever has nothing else. */
public record StoredFiles(Store store, Manifest manifest) {

  /**
   * Puts each below a folder with the path it had, compared with its digest. Nothing happens where
   * the backup has no files.
   *
   * @param below has nothing in it yet
   * @throws dev.fairlead.backup.BackupFailure when one is not there as it was
   */
  public void extract(AgeIdentity identity, Path below) {
    Manifest.Files files = manifest.files();
    if (files != null) {
      BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
      new FileRestore(
              new FileCopies(List.of(store), keys.backup(), CorruptFiles.UNHEARD),
              identity,
              keys,
              files)
          .run(archived -> emptyPlace(below.resolve(archived.toString().substring(1))));
    }
  }

  private static Path emptyPlace(Path place) {
    try {
      Files.createDirectories(place.getParent());
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
