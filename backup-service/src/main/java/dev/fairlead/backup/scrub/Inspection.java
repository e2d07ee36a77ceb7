package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One look at all bytes of one copy, its manifest included. */
final class Inspection {

  private final Pace pace;

  Inspection(Pace pace) {
    this.pace = pace;
  }

  /**
   * @return what is wrong with it, or null when it is what {@code expected} says
   * @throws BackupFailure when the store cannot be read, which says nothing about the copy
   */
  @Nullable String defectIn(Store store, Manifest expected) {
    String defect = manifestDefect(store, expected);
    return defect == null ? archiveDefect(store, expected) : defect;
  }

  private static @Nullable String manifestDefect(Store store, Manifest expected) {
    try {
      Optional<Manifest> found = new StoredBackups(store).manifest(keysOf(expected));
      if (found.isEmpty()) {
        return "its manifest is not there";
      }
      return found.get().equals(expected) ? null : "its manifest says something else";
    } catch (BackupFailure e) {
      if (e.reason() == BackupFailureReason.CHECKSUM_MISMATCH) {
        return "its manifest cannot be read: " + e.detail();
      }
      throw e;
    }
  }

  private @Nullable String archiveDefect(Store store, Manifest expected) {
    String key = keysOf(expected).archive(expected.archive().name());
    Optional<InputStream> stored = store.open(key);
    if (stored.isEmpty()) {
      return "its archive is not there";
    }
    try (InputStream stream = pace.of(stored.get())) {
      return ArchiveReader.defectOf(stream, expected.archive());
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read: %s".formatted(store.location(key), e.getMessage()),
          "check the store",
          e);
    }
  }

  static BackupKeys keysOf(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
