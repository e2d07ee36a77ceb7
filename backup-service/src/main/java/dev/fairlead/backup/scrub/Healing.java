package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
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
 * Puts a good copy of another store in the place of a bad one. The bad bytes are set aside first,
 * for whoever looks for the cause; the good ones are checked on their way and take the place only
 * when they are all there.
 */
final class Healing {

  /** No backup has a key below it, so nothing of it is ever taken for one. */
  static final String QUARANTINE = ".quarantine/";

  private final Store good;
  private final Store bad;
  private final Manifest manifest;
  private final BackupKeys keys;

  Healing(Store good, Store bad, Manifest manifest) {
    this.good = good;
    this.bad = bad;
    this.manifest = manifest;
    this.keys = Inspection.keysOf(manifest);
  }

  /**
   * @return where the bad bytes are now; empty when there were none
   * @throws BackupFailure when the other copy is bad as well, or a store cannot be used
   */
  Optional<String> run() {
    String key = keys.archive(manifest.archive().name());
    Optional<String> setAside = replace(key);
    bad.delete(keys.manifest());
    bad.createOnce(keys.manifest(), ManifestJson.write(manifest));
    return setAside;
  }

  private Optional<String> quarantine(String key) {
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

  private Optional<String> replace(String key) {
    InputStream stored = good.open(key).orElseThrow(() -> noBetter("is not there"));
    try (stored) {
      MessageDigest digest = Sha256.digest();
      Upload upload = bad.begin(key, manifest.archive().partBytes());
      try {
        pump(stored, upload, digest);
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(manifest.archive().sha256())) {
          throw noBetter("has sha256 " + sha256);
        }
        Optional<String> setAside = quarantine(key);
        upload.complete();
        return setAside;
      } finally {
        upload.abort();
      }
    } catch (IOException e) {
      throw noBetter("cannot be read: " + e.getMessage());
    }
  }

  private void transfer(InputStream from, Store store, String key) throws IOException {
    Upload upload = store.begin(key, manifest.archive().partBytes());
    try {
      pump(from, upload, Sha256.digest());
      upload.complete();
    } finally {
      upload.abort();
    }
  }

  private void pump(InputStream from, Upload to, MessageDigest digest) throws IOException {
    byte[] part = new byte[manifest.archive().partBytes()];
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
        "the copy of backup %s in store %s %s".formatted(manifest.backup(), good.name(), what),
        "make a new backup, and check both stores");
  }
}
