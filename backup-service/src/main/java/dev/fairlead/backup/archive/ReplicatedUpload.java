package dev.fairlead.backup.archive;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.Upload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Cuts a stream into parts and sends each to all uploads at once. Two buffers: one is filled while
 * the other travels, so the slowest store sets the pace and memory stays at two parts.
 */
final class ReplicatedUpload implements WritableByteChannel {

  /** Of all archives that this process writes. */
  private static final PartBuffers BUFFERS = new PartBuffers();

  private final List<Upload> uploads;
  private final MessageDigest whole = Sha256.digest();
  private final List<String> partDigests = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> travelling = new ArrayList<>();
  private byte[] filling;
  private byte[] sending;
  private int filled;
  private long bytes;
  private long waitedNanos;
  private boolean discarding;
  private boolean released;

  ReplicatedUpload(List<Upload> uploads, int partBytes) {
    this.uploads = List.copyOf(uploads);
    this.filling = BUFFERS.take(partBytes);
    this.sending = BUFFERS.take(partBytes);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int taken = source.remaining();
    while (source.hasRemaining() && !discarding) {
      int count = Math.min(source.remaining(), filling.length - filled);
      source.get(filling, filled, count);
      filled += count;
      if (filled == filling.length) {
        send();
      }
    }
    source.position(source.limit());
    return taken;
  }

  /** One part at a time travels, so digests are taken in order, and beside what fills the next. */
  private void send() throws IOException {
    awaitSent();
    byte[] part = filling;
    int length = filled;
    bytes += length;
    travelling.add(threads.submit(() -> whole.update(part, 0, length)));
    travelling.add(threads.submit(() -> partDigests.add(Sha256.hex(part, length))));
    for (Upload upload : uploads) {
      travelling.add(threads.submit(() -> upload.part(part, length)));
    }
    filling = sending;
    sending = part;
    filled = 0;
  }

  /** All of them, also after one failed: a buffer that still travels is not filled again. */
  private void awaitSent() throws IOException {
    long asked = System.nanoTime();
    try {
      awaitAll();
    } finally {
      waitedNanos += System.nanoTime() - asked;
    }
  }

  private void awaitAll() throws IOException {
    List<Throwable> failures = new ArrayList<>();
    for (Future<?> future : travelling) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a part was sent");
      }
    }
    travelling.clear();
    if (!failures.isEmpty()) {
      if (failures.getFirst() instanceof BackupFailure known) {
        throw known;
      }
      throw new IOException("a part could not be sent", failures.getFirst());
    }
  }

  /** Sends the rest, which may be empty only when nothing was written at all. */
  void finish() throws IOException {
    if (filled > 0) {
      send();
    }
    awaitSent();
  }

  /** From now on nothing is sent; what is written is dropped. */
  void discard() {
    discarding = true;
  }

  /** So long the slowest store was waited for, until now. */
  long waitedNanos() {
    return waitedNanos;
  }

  long bytes() {
    return bytes;
  }

  /** Of everything sent; ends the digest. */
  String sha256() {
    return HexFormat.of().formatHex(whole.digest());
  }

  List<String> partSha256() {
    return List.copyOf(partDigests);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Ends nothing: whether the uploads are completed or aborted is not decided here. */
  @Override
  public void close() {}

  /** Nothing may be written or sent afterwards. A part that still travels keeps its buffer. */
  void release() {
    threads.shutdownNow();
    if (travelling.isEmpty() && !released) {
      BUFFERS.giveBack(filling);
      BUFFERS.giveBack(sending);
    }
    released = true;
  }
}
