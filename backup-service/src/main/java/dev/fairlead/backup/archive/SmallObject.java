package dev.fairlead.backup.archive;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * An object that is read as a whole. Whoever can write to a store can make it as large as he likes,
 * so no more is taken into memory than one of ours can have.
 */
record SmallObject(Store store, String key) {

  private static final int MEGABYTE = 1024 * 1024;

  /** Of files of two terabytes. In a small heap, what is made of so much would find no room. */
  static final int MOST_OF_MANIFEST =
      (int) Math.clamp(Runtime.getRuntime().maxMemory() / 8, 16L * MEGABYTE, 64L * MEGABYTE);

  /** A statement is a JSON document of a few lines. */
  static final int MOST_OF_STATEMENT = 64 * 1024;

  /**
   * @param most in bytes
   * @return empty when there is none
   * @throws BackupFailure as a mismatch when it is larger. What breaks off on its way is not
   *     damaged, and says nothing of what lies there
   */
  Optional<byte[]> read(int most) {
    Optional<InputStream> stored = store.open(key);
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream stream = stored.get()) {
      byte[] bytes = stream.readNBytes(most + 1);
      if (bytes.length > most) {
        throw tooLarge(most);
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read: %s".formatted(store.location(key), e.getMessage()),
          "check the store",
          e);
    }
  }

  private BackupFailure tooLarge(int most) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "%s is larger than %d KB, which is all that is read of it here"
            .formatted(store.location(key), most / 1024),
        "find out who wrote it; if it is ours, of files of several hundred GB, give this process a larger heap (-Xmx)");
  }
}
