package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that is away when something else is in its place: an empty mount point, or another
 * bucket. Taken for the store itself, that would have lost all copies, and get the next one.
 *
 * <p>A mark in the store tells it from any other, and the catalogue remembers the mark. Where it is
 * missing or another, the store counts as ours when it holds a backup that should be there, or none
 * should be: it is new, was moved, or was made by a version without marks. Then it gets a mark, of
 * its own: what may once be in its place may have an earlier one. Where none can be written, since
 * it is full or read-only, all can be done but to write.
 */
public final class MarkedStore implements Store {

  private static final Logger log = LoggerFactory.getLogger(MarkedStore.class);

  /** What a person puts in the place of the mark, of a store that has lost everything for good. */
  private static final String NEW = "new";

  private static final int MOST_OF_MARK = 100;

  private final Store real;
  private final StoreMarks marks;
  private final long trustNanos;
  private final ReentrantLock settling = new ReentrantLock();

  /** Null as long as it could not be marked. */
  private volatile @Nullable String known;

  private volatile @Nullable Long seenAt;
  private volatile boolean toldUnmarked;

  /**
   * @param trust so long it is not looked at again; zero where it can change at any moment
   */
  public MarkedStore(Store real, StoreMarks marks, Duration trust) {
    this.real = real;
    this.marks = marks;
    this.trustNanos = trust.toNanos();
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public String location(String key) {
    return real.location(key);
  }

  @Override
  public Upload begin(String key, int partBytes) {
    requireMarked();
    return real.begin(key, partBytes);
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    requireMarked();
    return real.createOnce(key, content);
  }

  /**
   * What is there is checked by whoever reads it. That nothing is there, only the store can say.
   */
  @Override
  public Optional<InputStream> open(String key) {
    Optional<InputStream> found = real.open(key);
    if (found.isPresent()) {
      return found;
    }
    requireOurs();
    return real.open(key);
  }

  @Override
  public void delete(String key) {
    requireOurs();
    real.delete(key);
  }

  /** Looked at before and after: a disk may come or go meanwhile. */
  @Override
  public List<StoredObject> list(String prefix) {
    requireOurs();
    List<StoredObject> found = real.list(prefix);
    requireOurs();
    return found;
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    requireOurs();
    return real.unfinished(prefix);
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    real.abort(upload);
  }

  @Override
  public void probe() {
    requireOurs();
    real.probe();
  }

  /**
   * @throws BackupFailure when it is not the store that has our backups
   */
  private void requireOurs() {
    if (!isTrusted() && !isKnown(mark())) {
      settle().ifPresent(this::tellUnmarked);
    }
    seenAt = System.nanoTime();
  }

  /**
   * The same, before anything is written.
   *
   * @throws BackupFailure also when it cannot be marked, as nothing else can be written then
   */
  private void requireMarked() {
    if (!(isTrusted() && known != null) && !isKnown(mark())) {
      settle()
          .ifPresent(
              failure -> {
                throw failure;
              });
    }
    seenAt = System.nanoTime();
  }

  private boolean isTrusted() {
    Long seen = seenAt;
    return trustNanos > 0 && seen != null && System.nanoTime() - seen < trustNanos;
  }

  private boolean isKnown(Optional<String> there) {
    return there.isPresent() && there.get().equals(known);
  }

  /** Once, as there may be a thousand to be removed. */
  private void tellUnmarked(BackupFailure failure) {
    if (!toldUnmarked) {
      log.warn("store={} next=used-without-mark {}", name(), failure.sentence());
    }
    toldUnmarked = true;
  }

  /**
   * Why it could not be marked, if it is ours and could not.
   *
   * @throws BackupFailure when it is not the store that has our backups
   */
  private Optional<BackupFailure> settle() {
    settling.lock();
    try {
      Optional<String> there = mark();
      Optional<BackupFailure> failure = Optional.empty();
      if (there.isEmpty() || !there.equals(marks.of(name()))) {
        requireLikely(there);
        failure = markIfNone();
        if (failure.isEmpty()) {
          mark().ifPresent(mark -> marks.remember(name(), mark));
        }
      }
      known = failure.isEmpty() ? marks.of(name()).orElse(null) : null;
      return failure;
    } finally {
      settling.unlock();
    }
  }

  private void requireLikely(Optional<String> there) {
    if (there.equals(Optional.of(NEW))) {
      log.warn("store={} next=used-as-new somebody says that what was there is lost", name());
      return;
    }
    Set<BackupKeys> expected = marks.expected(name());
    if (!expected.isEmpty() && !holdsAnyOf(expected)) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "store %s holds none of the %d backups that should be there, and not the mark %s: something else is in its place"
              .formatted(name(), expected.size(), location(MARK)),
          "mount the disk, or correct the folder, bucket or prefix; only if all that was there is lost for good, put the word new into %s"
              .formatted(location(MARK)));
    }
  }

  private boolean holdsAnyOf(Set<BackupKeys> expected) {
    return real.list("").stream()
        .flatMap(object -> BackupKeys.of(object.key()).stream())
        .anyMatch(expected::contains);
  }

  /**
   * Another service may share the store, and mark it just now.
   *
   * @return why it could not be marked, if so
   */
  private Optional<BackupFailure> markIfNone() {
    Optional<String> there = mark();
    if (there.isPresent() && !there.get().equals(NEW)) {
      return Optional.empty();
    }
    String mark = UUID.randomUUID().toString();
    byte[] text = mark.getBytes(StandardCharsets.US_ASCII);
    try {
      if (there.isPresent()) {
        real.replace(MARK, text);
      } else {
        real.createOnce(MARK, text);
      }
      log.info("store={} mark={} next=known-by-it", name(), mark);
      return Optional.empty();
    } catch (BackupFailure e) {
      return Optional.of(e);
    }
  }

  private Optional<String> mark() {
    try (InputStream stored = real.open(MARK).orElse(null)) {
      return stored == null
          ? Optional.empty()
          : Optional.of(
              new String(stored.readNBytes(MOST_OF_MARK), StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be read: %s".formatted(location(MARK), e.getMessage()),
          "check the store",
          e);
    }
  }
}
