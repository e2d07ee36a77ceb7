package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes packs that no backup needs any more. Only those are touched that the catalogue knows: one
 * that was lost, and is being rebuilt, takes nothing away.
 */
@Component
public class PackSweep {

  private static final Logger log = LoggerFactory.getLogger(PackSweep.class);

  /** Longer than a backup may take, from its first use of a pack to its manifest. */
  private static final Duration IN_USE = Duration.ofHours(48);

  /** An anti-join: each manifest is opened once, however many packs there are. */
  static final String UNNEEDED =
      """
      select file_pack.name, file_pack.place from file_pack
       where file_pack.used_at < ? and not exists (
             select from backup,
                    jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
              where backup.state = 'completed' and pack ->> 'name' = file_pack.name)
       order by file_pack.used_at
      """;

  private final JdbcClient sql;
  private final Stores stores;
  private final FileStores files;
  private final PackReadings readings;
  private final Clock clock;

  PackSweep(JdbcClient sql, Stores stores, FileStores files, PackReadings readings, Clock clock) {
    this.sql = sql;
    this.files = files;
    this.readings = readings;
    this.stores = stores;
    this.clock = clock;
  }

  /** The packs of a backup that was found in a store are known from now on. */
  public void adopt(Manifest manifest) {
    if (manifest.files() == null) {
      return;
    }
    String place = manifest.database().value();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    PackReadBack readBack = new PackReadBack(files, readings, keys, Duration.ZERO, clock);
    PostgresPacks packs =
        new PostgresPacks(
            sql, place.substring(0, place.lastIndexOf('/')), Set.of(), readBack, clock);
    manifest.files().packs().forEach(packs::adopt);
  }

  /** A row goes first: whoever wants to use its pack again from then on finds none. */
  public void run() {
    for (Unneeded pack : unneeded(clock.instant().minus(IN_USE))) {
      if (forget(pack, clock.instant().minus(IN_USE))) {
        stores.all().forEach(store -> delete(store, pack));
      }
    }
  }

  private record Unneeded(String name, String place) {

    String key() {
      return BackupKeys.packKey(place, name);
    }
  }

  private List<Unneeded> unneeded(Instant unusedSince) {
    return sql.sql(UNNEEDED)
        .param(Timestamp.from(unusedSince))
        .query((row, number) -> new Unneeded(row.getString("name"), row.getString("place")))
        .list();
  }

  private boolean forget(Unneeded pack, Instant unusedSince) {
    return sql.sql("delete from file_pack where name = ? and used_at < ?")
            .params(pack.name(), Timestamp.from(unusedSince))
            .update()
        == 1;
  }

  private static void delete(Store store, Unneeded pack) {
    try {
      store.delete(pack.key());
      log.info("pack={} store={} removed: no backup needs it", pack.name(), store.name());
    } catch (BackupFailure e) {
      log.warn("pack={} store={} stays there: {}", pack.name(), store.name(), e.sentence());
    }
  }
}
