package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Sha256;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Puts a good copy of another store in the place of a bad one. The good bytes are checked on their
 * way and take the place only when they are all there; the bad ones are set aside before, for
 * whoever looks for the cause.
 *
 * @param key of the object in both stores
 * @param archive what it must hold
 */
record Healing(Store good, Store bad, String key, Manifest.Archive archive) {

  /** No backup has a key below it, so nothing of it is ever taken for one. */
  static final String QUARANTINE = ".quarantine/";

  /** One part is held in memory, and a manifest that somebody else wrote may claim any size. */
  private static final long LARGEST_PART = Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);

  /**
   * @return where the bad bytes are now; empty when there were none
   * @throws BackupFailure when the other copy is bad as well, or a store cannot be used
   */
  Optional<String> run() {
    requirePartSize();
    InputStream stored = good.open(key).orElseThrow(() -> noBetter("is not there"));
    try (stored) {
      MessageDigest digest = Sha256.digest();
      Upload upload = bad.begin(key, archive.partBytes());
      try {
        pump(stored, upload, digest);
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(archive.sha256())) {
          throw noBetter("has sha256 " + sha256);
        }
        Optional<String> setAside = quarantine();
        upload.complete();
        return setAside;
      } finally {
        upload.abort();
      }
    } catch (IOException e) {
      throw noBetter("cannot be read: " + e.getMessage());
    }
  }

  private void requirePartSize() {
    if (archive.partBytes() < 1 || archive.partBytes() > LARGEST_PART) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the manifest of %s says parts of %,d bytes; expected 1 to %,d"
              .formatted(key, archive.partBytes(), LARGEST_PART),
          "find out who changed the manifest; if nobody did, give backup-service more memory");
    }
  }

  private Optional<String> quarantine() {
    return bad.open(key)
        .map(
            stream -> {
              try (stream) {
                String aside = QUARANTINE + key;
                transfer(stream, bad, aside);
                return bad.location(aside);
              } catch (IOException | BackupFailure e) {
                return "nowhere (%s)".formatted(e.getMessage());
              }
            });
  }

  private void transfer(InputStream from, Store store, String to) throws IOException {
    Upload upload = store.begin(to, archive.partBytes());
    try {
      pump(from, upload, Sha256.digest());
      upload.complete();
    } finally {
      upload.abort();
    }
  }

  private void pump(InputStream from, Upload to, MessageDigest digest) throws IOException {
    byte[] part = new byte[archive.partBytes()];
    int length = from.readNBytes(part, 0, part.length);
    do {
      digest.update(part, 0, length);
      to.part(part, length);
      length = from.readNBytes(part, 0, part.length);
    } while (length > 0);
  }

  private BackupFailure noBetter(String what) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "the copy of %s in store %s %s".formatted(key, good.name(), what),
        "make a new backup, and check both stores");
  }
}
