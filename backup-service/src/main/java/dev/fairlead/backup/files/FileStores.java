package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.ArchiveWriter;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Indexes and packs on their way into all stores, and back out of one that has them whole. */
record FileStores(
    List<Store> stores,
    Supplier<AgeRecipients> recipients,
    Compression compression,
    int partBytes) {

  /** The same, as if this store alone were left. */
  FileStores only(Store store) {
    return new FileStores(List.of(store), recipients, compression, partBytes);
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

  /**
   * From the first store that has it as it should be. {@code target} may be begun anew several
   * times, and is to be believed once this returns.
   *
   * @throws BackupFailure when no store has it
   */
  void read(
      String key, Manifest.Archive archive, AgeIdentity identity, Supplier<OutputStream> target) {
    List<String> failures = new ArrayList<>();
    for (Store store : stores) {
      try (InputStream stored = store.open(key).orElseThrow(() -> new IOException("is not there"));
          OutputStream sink = target.get()) {
        ArchiveReader.copyDump(stored, archive, identity, sink, Passage.UNHEARD);
        return;
      } catch (IOException | BackupFailure e) {
        failures.add("%s: %s".formatted(store.name(), e.getMessage()));
      }
    }
    throw new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "no store has %s whole: %s".formatted(key, String.join("; ", failures)),
        "restore the files of another backup");
  }
}
