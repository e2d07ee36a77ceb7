package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.ArchiveWriter;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Indexes and packs on their way into all stores. */
record FileStores(
    List<Store> stores,
    Supplier<AgeRecipients> recipients,
    Compression compression,
    int partBytes) {

  FileCopies copies(BackupId backup, CorruptFiles witness) {
    return new FileCopies(stores, backup, witness);
  }

  /** Written, and read again, in every store. */
  Manifest.Archive write(String key, String name, InputStream content) throws IOException {
    Manifest.Archive archive;
    try (ArchiveWriter writer =
        new ArchiveWriter(stores, key, recipients.get(), compression, partBytes)) {
      writer.writeAll(content, Passage.UNHEARD);
      archive = writer.complete(name);
    }
    for (Store store : stores) {
      String defect = defectIn(store, key, archive);
      if (defect != null) {
        throw new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            "%s %s".formatted(store.location(key), defect),
            "check the memory, disk and network of this store");
      }
    }
    return archive;
  }

  static @Nullable String defectIn(Store store, String key, Manifest.Archive archive)
      throws IOException {
    try (InputStream stored = store.open(key).orElse(InputStream.nullInputStream())) {
      return ArchiveReader.defectOf(stored, archive);
    }
  }
}
