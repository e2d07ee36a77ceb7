package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One look at all bytes of one copy: dump, files, and the manifest. */
final class Inspection {

  private final Pace pace;
  private final Duration period;
  private final PackReadings readings;
  private final Clock clock;

  /** Many backups share a pack; within one period each is read for all of them. */
  private final Map<String, Instant> packsRead = new ConcurrentHashMap<>();

  Inspection(Pace pace, Duration period, PackReadings readings, Clock clock) {
    this.readings = readings;
    this.pace = pace;
    this.period = period;
    this.clock = clock;
  }

  /**
   * One of the objects of a backup that has gone bad.
   *
   * @param archive what it must hold; absent for the manifest itself
   */
  record Damage(String key, Manifest.@Nullable Archive archive, String defect) {}

  /**
   * @return what is wrong with this copy; empty when it is what {@code expected} says
   * @throws BackupFailure when the store cannot be read, which says nothing about the copy
   */
  List<Damage> damages(Store store, Manifest expected) {
    List<Damage> found = new ArrayList<>();
    BackupKeys keys = keysOf(expected);
    look(store, keys.archive(expected.archive().name()), expected.archive(), found);
    Manifest.Files files = expected.files();
    if (files != null) {
      look(store, keys.archive(files.index().name()), files.index(), found);
      files.packs().forEach(pack -> lookOnce(store, keys.pack(pack.name()), pack, found));
    }
    String manifest = manifestDefect(store, expected);
    if (manifest != null) {
      found.add(new Damage(keys.manifest(), null, manifest));
    }
    return found;
  }

  /**
   * After something was done about {@code damages}: all is read once more, unless only the manifest
   * was bad.
   *
   * @throws BackupFailure when the store cannot be read
   */
  boolean isGoodNow(Store store, Manifest expected, List<Damage> damages) {
    return damages.stream().allMatch(damage -> damage.archive() == null)
        ? manifestDefect(store, expected) == null
        : damages(store, expected).isEmpty();
  }

  private void lookOnce(Store store, String key, Manifest.Archive pack, List<Damage> found) {
    String place = store.location(key);
    Instant due = packsRead.getOrDefault(place, Instant.EPOCH).plus(period);
    if (!due.isBefore(clock.instant())) {
      return;
    }
    String defect = look(store, key, pack, found);
    if (defect == null) {
      packsRead.put(place, clock.instant());
      readings.good(pack.name(), store.name(), clock.instant());
    } else {
      readings.bad(pack.name(), store.name(), defect);
    }
  }

  private @Nullable String look(
      Store store, String key, Manifest.Archive archive, List<Damage> found) {
    String defect = defectOf(store, key, archive);
    if (defect != null) {
      found.add(new Damage(key, archive, "%s %s".formatted(store.location(key), defect)));
    }
    return defect;
  }

  private static @Nullable String manifestDefect(Store store, Manifest expected) {
    try {
      Optional<Manifest> found = new StoredBackups(store).manifest(keysOf(expected));
      if (found.isEmpty()) {
        return Backup.Copy.WITHOUT_MANIFEST;
      }
      return expected.isSaidBy(found.get())
          ? null
          : Backup.Copy.OF_MANIFEST + "says something else";
    } catch (BackupFailure e) {
      if (e.reason() == BackupFailureReason.CHECKSUM_MISMATCH) {
        return Backup.Copy.OF_MANIFEST + "cannot be read: " + e.detail();
      }
      throw e;
    }
  }

  private @Nullable String defectOf(Store store, String key, Manifest.Archive archive) {
    Optional<InputStream> stored = store.open(key);
    if (stored.isEmpty()) {
      return "is not there";
    }
    try (InputStream stream = pace.of(stored.get())) {
      return ArchiveReader.defectOf(stream, archive);
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read: %s".formatted(store.location(key), e.getMessage()),
          "check the store",
          e);
    }
  }

  static BackupKeys keysOf(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
