package dev.fairlead.backup.store;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps objects under keys. An object appears whole or not at all, and what was acknowledged
 * survives a power cut as far as the medium promises. Every method throws {@link
 * dev.fairlead.backup.BackupFailure} when the medium is away or full.
 */
public interface Store {

  /** Where it is said which store this is; no listing names it. */
  String MARK = ".fairlead-store";

  /** The name from the settings, as events and manifests carry it. */
  String name();

  /** The address of {@code key} for people, such as {@code s3://bucket/prefix/key}. */
  String location(String key);

  /**
   * Starts an object that nobody sees until {@link Upload#complete}.
   *
   * @param partBytes size of every part but the last
   */
  Upload begin(String key, int partBytes);

  /** Writes a small object unless the key is taken; of several writers exactly one gets true. */
  boolean createOnce(String key, byte[] content);

  /**
   * Writes a small object in place of whatever has that key. Who reads it, or comes after a writer
   * that died, finds what was there before or all of this, and never nothing.
   */
  default void replace(String key, byte[] content) {
    Upload upload = begin(key, content.length);
    try {
      upload.part(content, content.length);
      upload.complete();
    } finally {
      upload.abort();
    }
  }

  /** Reads an object from its start; empty when there is none. The caller closes it. */
  Optional<InputStream> open(String key);

  /** Removes an object; nothing happens when there is none. */
  void delete(String key);

  /** Whatever begins with {@code prefix}; everything when that is empty. */
  List<StoredObject> list(String prefix);

  /** Uploads under {@code prefix} that were begun and neither completed nor aborted. */
  List<UnfinishedUpload> unfinished(String prefix);

  void abort(UnfinishedUpload upload);

  /** Throws unless objects can be written, read and deleted now. */
  void probe();

  record StoredObject(String key, long sizeBytes, Instant modifiedAt) {}

  /**
   * @param handle what the store knows it by
   * @param touchedAt when something was last written to it, or it was begun
   */
  record UnfinishedUpload(String key, String handle, Instant touchedAt) {}
}
