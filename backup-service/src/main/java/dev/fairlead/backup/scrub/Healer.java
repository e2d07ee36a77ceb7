package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.removal.RemovalUnderWay;
import dev.fairlead.backup.scrub.Inspection.Damage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes a bad copy good again: archives come from another store, the manifest from wherever it is
 * known whole, and if need be from the catalogue alone.
 */
@Component
class Healer {

  private static final Logger log = LoggerFactory.getLogger(Healer.class);

  /** In bytes. Whatever was written in place of a manifest may be larger. */
  private static final int MOST_SET_ASIDE = 16 * 1024 * 1024;

  private final CopyReadings readings;
  private final Stores stores;
  private final RemovalLock lock;

  Healer(CopyReadings readings, Stores stores, RemovalLock lock) {
    this.readings = readings;
    this.stores = stores;
    this.lock = lock;
  }

  /**
   * A manifest comes last: as long as an archive beside it is bad there is nothing that it should
   * say is good.
   *
   * @return what was done; empty when something is still wrong
   */
  Optional<String> heal(Manifest manifest, List<Damage> damages, Store bad, Inspection inspection) {
    Set<String> done = new LinkedHashSet<>();
    for (Damage damage : damages) {
      Optional<String> remedy =
          damage.archive() == null
              ? manifestHealed(manifest, bad)
              : archiveHealed(manifest, damage.key(), damage.archive(), bad);
      if (remedy.isEmpty() && isBesideManifest(damage, manifest)) {
        return Optional.empty();
      }
      remedy.ifPresent(done::add);
    }
    return inspection.isGoodNow(bad, manifest, damages)
        ? Optional.of(String.join(", ", done))
        : Optional.empty();
  }

  /** Packs lie elsewhere: without them the dump can be restored all the same. */
  private static boolean isBesideManifest(Damage damage, Manifest manifest) {
    return damage.archive() != null
        && damage.key().startsWith(Inspection.keysOf(manifest).folder());
  }

  private Optional<String> archiveHealed(
      Manifest manifest, String key, Manifest.Archive archive, Store bad) {
    for (Store good : others(manifest, bad)) {
      try {
        String aside =
            new Healing(good, bad, key, archive)
                .run()
                .map(", the bad one is kept as %s"::formatted)
                .orElse("");
        return Optional.of("replaced by the copy in store %s%s".formatted(good.name(), aside));
      } catch (BackupFailure e) {
        log.warn("backup={} store={} not healed {}", manifest.backup(), bad.name(), e.sentence());
      }
    }
    return Optional.empty();
  }

  /**
   * No round of retention may take its archives away just now: it would be a manifest of nothing.
   */
  private Optional<String> manifestHealed(Manifest manifest, Store bad) {
    try {
      Whole whole = whole(manifest, bad);
      return lock.whileHeld(
          held -> {
            if (!readings.isWanted(manifest.backup(), bad.name())) {
              return Optional.empty();
            }
            String key = Inspection.keysOf(manifest).manifest();
            String aside = setAside(bad, key);
            bad.replace(key, ManifestJson.write(whole.manifest()));
            return Optional.of("written again from %s%s".formatted(whole.from(), aside));
          });
    } catch (BackupFailure e) {
      log.warn("backup={} store={} not healed {}", manifest.backup(), bad.name(), e.sentence());
    } catch (RemovalUnderWay e) {
      log.info("backup={} store={} next=later {}", manifest.backup(), bad.name(), e.detail());
    }
    return Optional.empty();
  }

  /** For whoever looks for the cause; whatever fails here keeps nothing from being healed. */
  private static String setAside(Store bad, String key) {
    try {
      byte[] stored = beginningOf(bad, key);
      if (stored.length == 0) {
        return "";
      }
      String aside = Healing.QUARANTINE + key;
      bad.replace(aside, stored);
      return ", the bad one is kept as " + bad.location(aside);
    } catch (IOException | BackupFailure e) {
      return ", the bad one is kept nowhere (%s)".formatted(e.getMessage());
    }
  }

  private static byte[] beginningOf(Store bad, String key) throws IOException {
    try (InputStream stored = bad.open(key).orElseGet(InputStream::nullInputStream)) {
      return stored.readNBytes(MOST_SET_ASIDE);
    }
  }

  private record Whole(Manifest manifest, String from) {}

  /** The catalogue may not have kept all that a later version wrote; a copy has. */
  private Whole whole(Manifest known, Store bad) {
    for (Store other : others(known, bad)) {
      try {
        Optional<Manifest> found =
            new StoredBackups(other)
                .readableManifest(Inspection.keysOf(known))
                .filter(known::isSaidBy);
        if (found.isPresent()) {
          return new Whole(found.get(), "the copy in store " + other.name());
        }
      } catch (BackupFailure e) {
        log.warn("backup={} store={} next=others {}", known.backup(), other.name(), e.sentence());
      }
    }
    return new Whole(known, "the catalogue");
  }

  private List<Store> others(Manifest manifest, Store bad) {
    return stores.all().stream()
        .filter(other -> !other.name().equals(bad.name()))
        .filter(other -> readings.isWanted(manifest.backup(), other.name()))
        .toList();
  }
}
