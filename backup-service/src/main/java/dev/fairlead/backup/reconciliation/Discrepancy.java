package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.UnfinishedUpload;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Something about which a store and the catalogue do not agree. There may be as many as there are
 * backups, so none holds a manifest.
 */
sealed interface Discrepancy {

  Store store();

  /** Where in the store it lies, or should. */
  String key();

  /** A whole backup that the catalogue has not; it is taken in. */
  record Unknown(Store store, BackupKeys keys) implements Discrepancy {
    @Override
    public String key() {
      return keys.manifest();
    }
  }

  /** A completed backup whose archive is there and whose manifest is not; it is written again. */
  record Unpublished(Store store, BackupKeys keys) implements Discrepancy {
    @Override
    public String key() {
      return keys.manifest();
    }
  }

  /** What an attempt wrote that is not the one its manifest names; it is removed. */
  record Excess(Store store, BackupKeys keys, String key) implements Discrepancy {

    /** Also where this version does not look. */
    boolean isNamedIn(Manifest manifest) {
      String name = key.substring(key.lastIndexOf('/') + 1);
      return new String(ManifestJson.write(manifest), StandardCharsets.UTF_8)
          .contains("\"%s\"".formatted(name));
    }
  }

  /**
   * Packs of files that no backup names and nobody uses; they are removed.
   *
   * @param key the folder in which they lie
   * @param packs their keys, a hundred at most: others have their turn after them
   */
  record UnknownPacks(Store store, String key, List<String> packs) implements Discrepancy {

    static final int MOST = 100;
  }

  /** What is left of a backup that failed, expired or was never completed; it is removed. */
  record Leftover(Store store, BackupKeys keys, String why) implements Discrepancy {
    @Override
    public String key() {
      return keys.folder();
    }
  }

  /** An upload that nobody goes on with; it is ended. */
  record Abandoned(Store store, UnfinishedUpload upload) implements Discrepancy {
    @Override
    public String key() {
      return upload.key();
    }
  }

  /** A copy that the catalogue has and the store has not; it is told as corrupted. */
  record Missing(Store store, BackupKeys keys) implements Discrepancy {

    @Override
    public String key() {
      return keys.manifest();
    }
  }

  /** A copy that was missing, and is there again; it is read before it counts. */
  record Back(Store store, BackupKeys keys) implements Discrepancy {
    @Override
    public String key() {
      return keys.manifest();
    }
  }

  /** A backup that was drilled, without what was stated of it beside it; it is written again. */
  record Unstated(Store store, String key, BackupKeys keys) implements Discrepancy {}

  /** An object that is part of no backup; it is left alone, since it may be somebody's. */
  record Stray(Store store, String key) implements Discrepancy {}
}
