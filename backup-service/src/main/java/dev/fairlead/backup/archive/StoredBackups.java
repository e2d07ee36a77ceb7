package dev.fairlead.backup.archive;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The copies of backups in one store: read, proved, published and removed. */
public record StoredBackups(Store store) {

  /**
   * Writes the manifest, by which the backup exists.
   *
   * @return the manifest that is there now: another attempt may have been first
   */
  public Manifest publish(Manifest manifest) {
    BackupKeys keys = keysOf(manifest);
    store.createOnce(keys.manifest(), ManifestJson.write(manifest));
    return manifest(keys)
        .orElseThrow(
            () ->
                new BackupFailure(
                    BackupFailureReason.CHECKSUM_MISMATCH,
                    "store %s does not return the manifest %s that was just written"
                        .formatted(store.name(), keys.manifest()),
                    "check whether something else removes objects there"));
  }

  /** Empty when there is none; a damaged one counts as a failure, since it hides a backup. */
  public Optional<Manifest> manifest(BackupKeys keys) {
    Optional<InputStream> stored = store.open(keys.manifest());
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream stream = stored.get()) {
      return Optional.of(ManifestJson.read(stream));
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "%s: %s".formatted(store.location(keys.manifest()), e.getMessage()),
          "see whether another store has this backup",
          e);
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
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read back: %s".formatted(store.location(key), e.getMessage()),
          "check the store",
          e);
    }
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

  /** Removes every archive but the published one, and what never became one. */
  public void removeStragglers(BackupKeys keys, Manifest published) {
    store.unfinished(keys.folder()).forEach(store::abort);
    store.list(keys.folder()).stream()
        .map(Store.StoredObject::key)
        .filter(key -> !key.equals(keys.manifest()))
        .filter(key -> !key.equals(keys.archive(published.archive().name())))
        .filter(key -> !isIndex(key, keys, published))
        .forEach(store::delete);
  }

  private static boolean isIndex(String key, BackupKeys keys, Manifest published) {
    return published.files() != null && key.equals(keys.archive(published.files().index().name()));
  }

  private static BackupKeys keysOf(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
