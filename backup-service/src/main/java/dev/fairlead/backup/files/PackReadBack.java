package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a pack may hold pieces of one more backup: only if every copy of it is known to be good.
 * A copy that was not read for as long as scrubbing may take is read now.
 *
 * @param within so old a reading may be
 */
record PackReadBack(
    FileStores stores, PackReadings readings, BackupKeys keys, Duration within, Clock clock) {

  private static final Logger log = LoggerFactory.getLogger(PackReadBack.class);

  /** It was read again when it was written. */
  void written(Manifest.Archive pack) {
    stores.stores().forEach(store -> readings.good(pack.name(), store.name(), clock.instant()));
  }

  boolean isGood(Manifest.Archive pack) {
    return stores.stores().stream().allMatch(store -> isGood(pack, store));
  }

  private boolean isGood(Manifest.Archive pack, Store store) {
    PackReadings.Reading known =
        readings
            .of(pack.name(), store.name())
            .orElseGet(() -> new PackReadings.Reading(null, null));
    if (known.defect() != null || known.isGoodSince(clock.instant().minus(within))) {
      return known.defect() == null;
    }
    String defect = read(pack, store);
    if (defect == null) {
      readings.good(pack.name(), store.name(), clock.instant());
      return true;
    }
    log.warn("pack={} store={} next=written-anew {}", pack.name(), store.name(), defect);
    readings.bad(pack.name(), store.name(), defect);
    return false;
  }

  private @Nullable String read(Manifest.Archive pack, Store store) {
    String key = keys.pack(pack.name());
    try {
      return FileStores.defectIn(store, key, pack);
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read back: %s".formatted(store.location(key), e.getMessage()),
          "check the store",
          e);
    }
  }
}
