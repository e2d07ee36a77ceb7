package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects whose reading broke off while their store answered otherwise. Once, that may be the end
 * of an outage; at the same place again, after some time, it is a sector that is bad.
 *
 * <p>Kept in memory: after a restart it takes as long again.
 */
final class BrokenReads {

  /** Between two readings, so that what breaks off both is no single outage. */
  static final Duration APART = Duration.ofMinutes(5);

  /** In bytes. How much comes before a bad place depends on how it is read. */
  private static final long SAME_PLACE = 1024 * 1024;

  /** Of an object that is written and read on trial, in bytes: several packets of a network. */
  private static final int TRIAL = 64 * 1024;

  private final Clock clock;
  private final Map<String, BrokenOff> known = new ConcurrentHashMap<>();

  BrokenReads(Clock clock) {
    this.clock = clock;
  }

  private record BrokenOff(long afterBytes, Instant at) {

    boolean isNear(long bytes) {
      return Math.abs(bytes - afterBytes) <= SAME_PLACE;
    }
  }

  /** Whether it takes and returns another object now, of which an outage leaves nothing. */
  boolean answers(Store store) {
    String key = Healing.QUARANTINE + "trial-" + UUID.randomUUID(); // swept, should it stay
    byte[] written = new byte[TRIAL];
    new Random().nextBytes(written);
    try {
      store.createOnce(key, written);
      try (InputStream stored = store.open(key).orElseGet(InputStream::nullInputStream)) {
        return Arrays.equals(stored.readAllBytes(), written);
      } finally {
        store.delete(key);
      }
    } catch (IOException | BackupFailure _) {
      return false;
    }
  }

  /**
   * One more that broke off, of a store that answers.
   *
   * @return whether it did so before, and nothing else is to be expected of it
   */
  boolean isLasting(Store store, String key, long afterBytes) {
    Instant now = clock.instant();
    BrokenOff before = known.get(store.location(key));
    if (before == null || !before.isNear(afterBytes)) {
      known.put(store.location(key), new BrokenOff(afterBytes, now));
      return false;
    }
    return !before.at().plus(APART).isAfter(now);
  }

  /** It could be read. */
  void forget(Store store, String key) {
    known.remove(store.location(key));
  }
}
