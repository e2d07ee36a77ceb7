package dev.fairlead.backup.archive;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a dump in at one end and has it compressed, encrypted, digested and under way to every
 * store at the other. Nothing is published before {@link #complete}; closing without it leaves
 * nothing behind.
 */
public final class ArchiveWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ArchiveWriter.class);
  private static final int CHUNK = 256 * 1024;

  /** Of the dump, in one zstd frame: the level can change between two. */
  private static final long FRAME_BYTES = 32L * 1024 * 1024;

  /** What a thread of zstd compresses at once; by itself it takes 8 MB, and holds several. */
  private static final int JOB_BYTES = 1024 * 1024;

  private final List<Upload> uploads = new ArrayList<>();
  private final AgeRecipients recipients;
  private final int partBytes;
  private final ReplicatedUpload parts;
  private final ZstdOutputStreamNoFinalizer compressing;
  private final AdaptiveLevel level;
  private long dumpBytes;
  private boolean published;

  public ArchiveWriter(
      List<? extends Store> stores,
      String key,
      AgeRecipients recipients,
      Compression compression,
      int partBytes) {
    this.recipients = recipients;
    this.partBytes = partBytes;
    this.level = new AdaptiveLevel(compression.level());
    try {
      stores.forEach(store -> uploads.add(store.begin(key, partBytes)));
      this.parts = new ReplicatedUpload(uploads, partBytes);
      this.compressing =
          new ZstdOutputStreamNoFinalizer(
              Channels.newOutputStream(recipients.encrypting(parts)), compression.level());
      compressing.setChecksum(true).setWorkers(compression.threads()).setCloseFrameOnFlush(true);
      compressing.setJobSize(compression.threads() == 0 ? 0 : JOB_BYTES);
    } catch (IOException e) {
      abort();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      abort();
      throw e;
    }
  }

  /**
   * Takes everything {@code dump} has, to its end.
   *
   * @param passage hears of every chunk
   * @throws IOException when the dump cannot be read further
   */
  public void writeAll(InputStream dump, Passage passage) throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (writeFrame(dump, chunk, passage)) {
      compressing.flush();
      compressing.setLevel(level.level());
    }
  }

  /** Whether the dump goes on after it. */
  private boolean writeFrame(InputStream dump, byte[] chunk, Passage passage) throws IOException {
    long begun = System.nanoTime();
    long waitedForStores = parts.waitedNanos();
    long waitedForDump = 0;
    for (long end = dumpBytes + FRAME_BYTES; dumpBytes < end; ) {
      long asked = System.nanoTime();
      int count = dump.read(chunk);
      waitedForDump += System.nanoTime() - asked;
      if (count < 0) {
        return false;
      }
      compressing.write(chunk, 0, count);
      dumpBytes += count;
      passage.passed(dumpBytes);
    }
    long waited = waitedForDump + parts.waitedNanos() - waitedForStores;
    level.after(System.nanoTime() - begun, waited);
    return true;
  }

  public long dumpBytes() {
    return dumpBytes;
  }

  /** Publishes the archive in every store, once the caller knows that the dump was whole. */
  public Manifest.Archive complete(String name) {
    try {
      compressing.close();
      parts.finish();
    } catch (IOException e) {
      throw failed(e);
    }
    uploads.forEach(Upload::complete);
    published = true;
    return new Manifest.Archive(
        name,
        parts.bytes(),
        parts.sha256(),
        partBytes,
        parts.partSha256(),
        dumpBytes,
        recipients.keys());
  }

  private static BackupFailure failed(IOException e) {
    return new BackupFailure(
        BackupFailureReason.DUMP_FAILED,
        "the archive could not be ended: " + e.getMessage(),
        "see the log of backup-service",
        e);
  }

  @Override
  public void close() {
    parts.discard();
    try {
      compressing.close();
    } catch (IOException | RuntimeException _) {
      // its native memory is freed all the same
    }
    parts.release();
    if (!published) {
      abort();
    }
  }

  private void abort() {
    uploads.stream().filter(Objects::nonNull).forEach(ArchiveWriter::abort);
  }

  /** One that cannot be aborted is swept later, and keeps no other from it. */
  private static void abort(Upload upload) {
    try {
      upload.abort();
    } catch (RuntimeException e) {
      log.warn("an upload is left to the sweeper: {}", e.getMessage());
    }
  }
}
