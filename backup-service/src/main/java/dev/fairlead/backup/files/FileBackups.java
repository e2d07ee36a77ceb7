package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Archives the files that belong to a database. */
@Component
public class FileBackups {

  private static final Logger log = LoggerFactory.getLogger(FileBackups.class);

  private final JdbcClient sql;
  private final BackupSettings settings;
  private final FileStores stores;
  private final PackReadings readings;
  private final Clock clock;

  FileBackups(
      JdbcClient sql,
      BackupSettings settings,
      FileStores stores,
      PackReadings readings,
      Clock clock) {
    this.sql = sql;
    this.settings = settings;
    this.stores = stores;
    this.readings = readings;
    this.clock = clock;
  }

  /**
   * @param indexName of an object in the backup's folder
   * @param roots absolute; nothing is archived when there are none
   * @throws dev.fairlead.backup.BackupFailure when one is missing or cannot be read whole
   */
  public Optional<Manifest.Files> archive(BackupKeys keys, String indexName, List<String> roots) {
    if (roots.isEmpty()) {
      return Optional.empty();
    }
    PackReadBack readBack =
        new PackReadBack(stores, readings, keys, settings.scrub().within(), clock);
    PostgresPacks packs = new PostgresPacks(sql, placeOf(keys), present(keys), readBack, clock);
    Manifest.Files files =
        new FileArchive(stores, packs, keys)
            .make(roots.stream().map(PathText::path).toList(), indexName, ownFolders());
    log.info(
        "backup={} files={} bytes={} packs={} notes={}",
        keys.backup(),
        files.files(),
        files.bytes(),
        files.packs().size(),
        files.notes().size());
    return Optional.of(files);
  }

  /** The stores would archive themselves, and grow for ever. */
  private Set<Path> ownFolders() {
    Set<Path> folders = new HashSet<>();
    if (settings.disk() != null) {
      try {
        folders.add(settings.disk().folder().toRealPath());
      } catch (IOException _) {
        // not there yet, so nothing of it can be found
      }
    }
    return folders;
  }

  /** What every store has of this application. */
  private Set<String> present(BackupKeys keys) {
    Set<String> everywhere = null;
    for (Store store : stores.stores()) {
      Set<String> here =
          store.list(keys.packs()).stream()
              .map(object -> BackupKeys.packName(object.key()))
              .collect(Collectors.toSet());
      if (everywhere == null) {
        everywhere = here;
      } else {
        everywhere.retainAll(here);
      }
    }
    return everywhere == null ? Set.of() : everywhere;
  }

  private static String placeOf(BackupKeys keys) {
    String database = keys.database().value();
    return database.substring(0, database.lastIndexOf('/'));
  }
}
