package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes packs that no backup needs any more. As with backups it is noted first, so that a sweep
 * that was killed, or found a store away, is ended by the next one; the row goes last.
 */
@Component
public class PackSweep {

  private static final Logger log = LoggerFactory.getLogger(PackSweep.class);

  /** Longer than a backup may take, from its first use of a pack to its manifest. */
  public static final Duration IN_USE = Duration.ofHours(48);

  /**
   * Anti-joins: each manifest is opened once, however many packs there are. While a backup is made
   * nothing beside it goes, whatever a clock says of the last use.
   */
  static final String UNNEEDED =
      """
      select file_pack.name from file_pack
       where file_pack.used_at < :unused and not exists (
             select from backup,
                    jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
              where backup.state = 'completed' and pack ->> 'name' = file_pack.name)
         and not exists (
             select from backup
              where backup.state in ('requested', 'dumping')
                and file_pack.place = regexp_replace(backup.database, '/[^/]*$', ''))
      """;

  /**
   * The same of one pack, among the backups of its own place. Between two packs a backup may be
   * found in a store, and an earlier version beside this one uses packs that are leaving.
   */
  private static final String STILL_LEAVING =
      """
      select exists (
             select from file_pack
              where file_pack.name = :name and leaving and file_pack.used_at < :unused
                and not exists (
                    select from backup,
                           jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
                     where starts_with(backup.database, file_pack.place || '/')
                       and backup.state = 'completed' and pack ->> 'name' = file_pack.name)
                and not exists (
                    select from backup
                     where backup.state in ('requested', 'dumping')
                       and starts_with(backup.database, file_pack.place || '/')))
      """;

  private final JdbcClient sql;
  private final Stores stores;
  private final FileStores files;
  private final PackReadings readings;
  private final RemovalLock lock;
  private final Clock clock;

  PackSweep(
      JdbcClient sql,
      Stores stores,
      FileStores files,
      PackReadings readings,
      RemovalLock lock,
      Clock clock) {
    this.sql = sql;
    this.lock = lock;
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
    String[] names =
        manifest.files().packs().stream().map(Manifest.Archive::name).toArray(String[]::new);
    sql.sql("update file_pack set leaving = false where leaving and name = any(?)")
        .param(names)
        .update();
  }

  /** Of these names of packs those that neither a row nor a manifest of the catalogue has. */
  public Set<String> unknown(Collection<String> names) {
    Set<String> withoutRow =
        namesOf(
            """
            select name from unnest(:names) as stored (name)
             where not exists (select from file_pack where file_pack.name = stored.name)
            """,
            names);
    return withoutRow.isEmpty() ? withoutRow : withoutManifest(withoutRow);
  }

  /** Opens all manifests, so it is asked only about what has no row. */
  private Set<String> withoutManifest(Collection<String> names) {
    return namesOf(
        """
        select name from unnest(:names) as stored (name)
         where not exists (
               select from backup,
                      jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
                where backup.state <> 'expired' and pack ->> 'name' = stored.name)
        """,
        names);
  }

  private Set<String> namesOf(String query, Collection<String> names) {
    return sql.sql(query).param("names", names.toArray(String[]::new)).query(String.class).set();
  }

  /**
   * Gives the others their turn after each pack.
   *
   * @throws dev.fairlead.backup.removal.RemovalUnderWay when another round goes on for long
   */
  public void run() {
    lock.whileHeld(this::note);
    leaving().forEach(pack -> lock.whileHeld(() -> settle(pack)));
  }

  /** From now on nobody begins to use them. Those that are needed after all are kept. */
  private void note() {
    sql.sql(
            """
            update file_pack set leaving = false
             where leaving and (used_at >= :unused or name in (
                   select pack ->> 'name' from backup,
                          jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
                    where backup.state = 'completed'))
            """)
        .param("unused", unused())
        .update();
    sql.sql(
            """
            update file_pack set leaving = true
             where not leaving and used_at < :unused and name in (%s)
            """
                .formatted(UNNEEDED))
        .param("unused", unused())
        .update();
  }

  private Timestamp unused() {
    return Timestamp.from(clock.instant().minus(IN_USE));
  }

  private record Leaving(String name, String place) {

    String key() {
      return BackupKeys.packKey(place, name);
    }
  }

  private List<Leaving> leaving() {
    return sql.sql("select name, place from file_pack where leaving order by used_at")
        .query((row, number) -> new Leaving(row.getString("name"), row.getString("place")))
        .list();
  }

  private void settle(Leaving pack) {
    boolean stillLeaving =
        sql.sql(STILL_LEAVING)
            .param("name", pack.name())
            .param("unused", unused())
            .query(Boolean.class)
            .single();
    if (stillLeaving && isOutOfAll(pack)) {
      sql.sql("delete from file_pack where name = ?").param(pack.name()).update();
    }
  }

  /** One store that is away keeps no other from being rid of it. */
  private boolean isOutOfAll(Leaving pack) {
    return stores.all().stream().map(store -> isOutOf(store, pack)).toList().stream()
        .allMatch(Boolean::booleanValue);
  }

  private static boolean isOutOf(Store store, Leaving pack) {
    try {
      store.delete(pack.key());
      log.info("pack={} store={} removed: no backup needs it", pack.name(), store.name());
      return true;
    } catch (BackupFailure e) {
      log.warn("pack={} store={} next=later {}", pack.name(), store.name(), e.sentence());
      return false;
    }
  }
}
