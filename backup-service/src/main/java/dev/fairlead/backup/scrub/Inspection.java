package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.scrub.Pace.Paced;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
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
  private final BrokenReads brokenReads;
  private final Clock clock;

  /** Many backups share a pack; within one period each is read for all of them. */
  private final Map<String, Instant> packsRead = new ConcurrentHashMap<>();

  Inspection(
      Pace pace, Duration period, PackReadings readings, BrokenReads brokenReads, Clock clock) {
    this.pace = pace;
    this.period = period;
    this.readings = readings;
    this.brokenReads = brokenReads;
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
   * @throws BackupFailure when the store, or an object of the copy, cannot be read and nobody knows
   *     yet whether it ever will; then nothing else of it but its manifest is bad, which says
   *     nothing as long as nobody knows what it would stand for
   */
  List<Damage> damages(Store store, Manifest expected) {
    Look look = new Look(store);
    BackupKeys keys = keysOf(expected);
    look.at(keys.archive(expected.archive().name()), expected.archive());
    Manifest.Files files = expected.files();
    if (files != null) {
      look.at(keys.archive(files.index().name()), files.index());
      files.packs().forEach(pack -> look.once(keys.pack(pack.name()), pack));
    }
    look.atManifest(expected);
    return look.damages();
  }

  /**
   * After something was done about {@code damages}: all is read once more, unless only the manifest
   * was bad.
   *
   * @throws BackupFailure when the store cannot be read
   */
  boolean isGoodNow(Store store, Manifest expected, List<Damage> damages) {
    if (damages.stream().anyMatch(damage -> damage.archive() != null)) {
      return damages(store, expected).isEmpty();
    }
    Look look = new Look(store);
    look.atManifest(expected);
    return look.damages().isEmpty();
  }

  /**
   * What became of reading one object.
   *
   * @param defect what is wrong with it; absent when it is good, or not known
   * @param unread why it is not known
   */
  private record Seen(@Nullable String defect, @Nullable BackupFailure unread) {

    boolean isGood() {
      return defect == null && unread == null;
    }
  }

  /** At one object of a copy after the other, also where one of them cannot be read. */
  private final class Look {

    private final Store store;
    private final List<Damage> damages = new ArrayList<>();
    private @Nullable BackupFailure unread;

    Look(Store store) {
      this.store = store;
    }

    /** What is bad makes the copy bad, whatever else of it is not known yet. */
    List<Damage> damages() {
      if (unread != null && damages.stream().allMatch(damage -> damage.archive() == null)) {
        throw unread;
      }
      return damages;
    }

    Seen at(String key, Manifest.Archive archive) {
      Seen seen = seen(key, archive);
      if (seen.defect() != null) {
        damages.add(
            new Damage(key, archive, "%s %s".formatted(store.location(key), seen.defect())));
      }
      unread = unread == null ? seen.unread() : unread;
      return seen;
    }

    void once(String key, Manifest.Archive pack) {
      String place = store.location(key);
      Instant due = packsRead.getOrDefault(place, Instant.EPOCH).plus(period);
      if (!due.isBefore(clock.instant())) {
        return;
      }
      Seen seen = at(key, pack);
      if (seen.isGood()) {
        packsRead.put(place, clock.instant());
        readings.good(pack.name(), store.name(), clock.instant());
      } else if (seen.defect() != null) {
        readings.bad(pack.name(), store.name(), seen.defect());
      }
    }

    void atManifest(Manifest expected) {
      Seen seen = seenManifest(expected);
      if (seen.defect() != null) {
        damages.add(new Damage(keysOf(expected).manifest(), null, seen.defect()));
      }
      unread = unread == null ? seen.unread() : unread;
    }

    private Seen seen(String key, Manifest.Archive archive) {
      Optional<InputStream> stored;
      try {
        stored = store.open(key);
      } catch (BackupFailure e) {
        return brokenOff(key, 0, e);
      }
      if (stored.isEmpty()) {
        return new Seen("is not there", null);
      }
      Paced stream = pace.of(stored.get());
      try (stream) {
        String defect = ArchiveReader.defectOf(stream, archive);
        brokenReads.forget(store, key);
        return new Seen(defect, null);
      } catch (IOException e) {
        return brokenOff(key, stream.bytes(), unread(key, e));
      }
    }

    private Seen seenManifest(Manifest expected) {
      String key = keysOf(expected).manifest();
      try {
        String defect = manifestDefect(store, expected);
        brokenReads.forget(store, key);
        return new Seen(defect, null);
      } catch (BackupFailure e) {
        Seen seen = brokenOff(key, 0, e);
        return seen.defect() == null
            ? seen
            : new Seen(Backup.Copy.OF_MANIFEST + seen.defect(), null);
      }
    }

    /**
     * @throws BackupFailure when its store does not answer, so that it is no use to go on
     */
    private Seen brokenOff(String key, long afterBytes, BackupFailure failure) {
      if (Thread.currentThread().isInterrupted() || !brokenReads.answers(store)) {
        throw failure;
      }
      if (!isOfTheMedium(failure)) {
        return new Seen(null, failure);
      }
      return brokenReads.isLasting(store, key, afterBytes)
          ? new Seen(
              "cannot be read beyond byte %,d, again and while its store answers: %s"
                  .formatted(afterBytes, wordsOf(failure)),
              null)
          : new Seen(null, failure);
    }

    /** A store that refuses, for want of rights or of a key, says nothing of what it keeps. */
    private static boolean isOfTheMedium(BackupFailure failure) {
      return failure.getCause() instanceof IOException e && !(e instanceof AccessDeniedException);
    }

    private static String wordsOf(BackupFailure failure) {
      return failure.getCause() instanceof IOException e
          ? String.valueOf(e.getMessage())
          : failure.detail();
    }

    private BackupFailure unread(String key, IOException e) {
      return new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read: %s".formatted(store.location(key), e.getMessage()),
          "check the store; what breaks off there once more, at least %d minutes later, is bad"
              .formatted(BrokenReads.APART.toMinutes()),
          e);
    }
  }

  /**
   * @throws BackupFailure when it cannot be read
   */
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

  static BackupKeys keysOf(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
