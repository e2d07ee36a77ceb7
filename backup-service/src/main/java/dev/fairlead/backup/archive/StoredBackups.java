package dev.fairlead.backup.archive;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.DatabaseId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copies of backups in one store: read, proved, published and removed. */
public record StoredBackups(Store store) {

  private static final Logger log = LoggerFactory.getLogger(StoredBackups.class);

  /**
   * Writes the manifest, by which the backup exists.
   *
   * @return the manifest that is there now: another attempt may have been first
   */
  public Manifest publish(Manifest manifest) {
    BackupKeys keys = keysOf(manifest);
    store.createOnce(keys.manifest(), ManifestJson.write(manifest));
    return manifest(keys).orElseThrow(() -> notReturned(keys));
  }

  /** The same, in place of any other that is there; at no time is there none. */
  public void publishInstead(Manifest manifest) {
    BackupKeys keys = keysOf(manifest);
    store.createOnce(keys.manifest(), ManifestJson.write(manifest));
    if (isThere(manifest)) {
      return;
    }
    log.warn("store={} next=replaced {} is not ours", store.name(), keys.manifest());
    store.replace(keys.manifest(), ManifestJson.write(manifest));
    if (!isThere(manifest)) {
      throw notReturned(keys);
    }
  }

  private boolean isThere(Manifest manifest) {
    return readableManifest(keysOf(manifest)).filter(manifest::equals).isPresent();
  }

  private BackupFailure notReturned(BackupKeys keys) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "store %s does not return the manifest %s that was just written"
            .formatted(store.name(), keys.manifest()),
        "check whether something else removes or writes objects there");
  }

  /**
   * Empty when there is none; a damaged one counts as a failure, since it hides a backup, and so
   * does one of another backup, which would hide that.
   */
  public Optional<Manifest> manifest(BackupKeys keys) {
    Optional<byte[]> text =
        new SmallObject(store, keys.manifest()).read(SmallObject.MOST_OF_MANIFEST);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Manifest found = ManifestJson.read(new ByteArrayInputStream(text.get()));
      if (!keysOf(found).equals(keys)) {
        throw new IOException("it is the manifest of %s".formatted(keysOf(found).folder()));
      }
      return Optional.of(found);
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "%s: %s".formatted(store.location(keys.manifest()), e.getMessage()),
          "see whether another store has this backup",
          e);
    }
  }

  /**
   * All of a database, or of all databases, the newest data first. A damaged manifest hides its own
   * backup only. Each is read, and none is held.
   */
  public List<Listed> all(@Nullable DatabaseId database) {
    return store.list(database == null ? "" : database + "/").stream()
        .map(Store.StoredObject::key)
        .filter(BackupKeys::isManifest)
        .flatMap(key -> BackupKeys.of(key).stream())
        .flatMap(keys -> readableManifest(keys).map(Listed::of).stream())
        .sorted(Comparator.comparing(Listed::snapshotAt).reversed())
        .toList();
  }

  /** What is remembered of each of many manifests, of which every one may have megabytes. */
  public record Listed(BackupKeys keys, Instant snapshotAt, long rows, String serverVersion) {

    private static Listed of(Manifest manifest) {
      Manifest.Source source = manifest.source();
      return new Listed(
          keysOf(manifest), source.snapshotAt(), manifest.rows(), source.serverVersion());
    }
  }

  /** A damaged one counts as none. */
  public Optional<Manifest> readableManifest(BackupKeys keys) {
    try {
      return manifest(keys);
    } catch (BackupFailure e) {
      if (e.reason() != BackupFailureReason.CHECKSUM_MISMATCH) {
        throw e;
      }
      log.warn("store={} next=passed-over {}", store.name(), e.detail());
      return Optional.empty();
    }
  }

  /** Reads every byte of the archive again; what is wrong with it, or null. */
  public @Nullable String defectOf(BackupKeys keys, Manifest.Archive archive) {
    String key = keys.archive(archive.name());
    Optional<InputStream> stored = store.open(key);
    if (stored.isEmpty()) {
      return "is not there";
    }
    try (InputStream stream = stored.get()) {
      return ArchiveReader.defectOf(stream, archive);
    } catch (IOException e) {
      throw unread(key, e);
    }
  }

  /**
   * Reads every byte of what lies beside the manifest.
   *
   * @return what is wrong with it, naming the object; null when it is all there
   */
  public @Nullable String defectOf(Manifest manifest) {
    BackupKeys keys = keysOf(manifest);
    Manifest.Files files = manifest.files();
    List<Manifest.Archive> objects =
        files == null ? List.of(manifest.archive()) : List.of(manifest.archive(), files.index());
    for (Manifest.Archive object : objects) {
      String defect = defectOf(keys, object);
      if (defect != null) {
        return "the copy of %s in store %s %s".formatted(object.name(), store.name(), defect);
      }
    }
    return null;
  }

  /** What drills stated of it, the latest first; a JSON Web Signature each. */
  public List<String> statements(BackupKeys keys) {
    return texts(keys, BackupKeys::isStatement);
  }

  /** The same of drills that disproved it. */
  public List<String> disproofs(BackupKeys keys) {
    return texts(keys, BackupKeys::isDisproof);
  }

  private List<String> texts(BackupKeys keys, Predicate<String> wanted) {
    return store.list(keys.folder()).stream()
        .map(Store.StoredObject::key)
        .filter(wanted)
        .sorted(Comparator.reverseOrder())
        .flatMap(key -> text(key).stream())
        .toList();
  }

  /** One that is none hides no other. */
  private Optional<String> text(String key) {
    try {
      return new SmallObject(store, key)
          .read(SmallObject.MOST_OF_STATEMENT)
          .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
          .filter(text -> !text.isEmpty());
    } catch (BackupFailure e) {
      if (e.reason() != BackupFailureReason.CHECKSUM_MISMATCH) {
        throw e;
      }
      log.warn("store={} next=passed-over {}", store.name(), e.detail());
      return Optional.empty();
    }
  }

  private BackupFailure unread(String key, IOException e) {
    return new BackupFailure(
        BackupFailureReason.STORE_UNREACHABLE,
        "%s cannot be read: %s".formatted(store.location(key), e.getMessage()),
        "check the store",
        e);
  }

  /** Whether there is a manifest, whatever it says: {@link #remove} takes it away first. */
  public boolean isPublished(BackupKeys keys) {
    return store.list(keys.folder()).stream()
        .anyMatch(object -> object.key().equals(keys.manifest()));
  }

  /** Unpublishes first: what is left after a crash is no backup any more. */
  public void remove(BackupKeys keys) {
    store.delete(keys.manifest());
    store.unfinished(keys.folder()).forEach(store::abort);
    store.list(keys.folder()).forEach(object -> store.delete(object.key()));
  }

  /** Removes what one attempt wrote; another attempt's backup stays. */
  public void removeAttempt(BackupKeys keys, String archiveName) {
    if (isPublished(keys, archiveName)) {
      store.delete(keys.manifest());
    }
    store.unfinished(keys.archive(archiveName)).forEach(store::abort);
    store.delete(keys.archive(archiveName));
  }

  /** One that cannot be read is nobody's: it would keep what is left from being swept. */
  private boolean isPublished(BackupKeys keys, String archiveName) {
    try {
      return manifest(keys).filter(found -> found.archive().name().equals(archiveName)).isPresent();
    } catch (BackupFailure e) {
      if (e.reason() != BackupFailureReason.CHECKSUM_MISMATCH) {
        throw e;
      }
      return true;
    }
  }

  private static BackupKeys keysOf(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
