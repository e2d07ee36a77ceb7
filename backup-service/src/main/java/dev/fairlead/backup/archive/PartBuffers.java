package dev.fairlead.backup.archive;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of parts, for the next archive to use again. Megabytes that an archive has left behind
 * would stay until the heap is full, beside those of the next one. Kept softly: whoever needs the
 * memory gets it.
 */
final class PartBuffers {

  private final Deque<SoftReference<byte[]>> free = new ArrayDeque<>();

  /**
   * One that nobody else has, with whatever its last user left in it. Those of another length are
   * let go: parts grow with a database, and whose turn it is next is not known.
   *
   * @param bytes its length
   */
  synchronized byte[] take(int bytes) {
    while (!free.isEmpty()) {
      byte[] buffer = free.removeFirst().get();
      if (buffer != null && buffer.length == bytes) {
        return buffer;
      }
    }
    return new byte[bytes];
  }

  /** The giver, and everybody whom it lent the buffer to, uses it no more. */
  synchronized void giveBack(byte[] buffer) {
    free.addFirst(new SoftReference<>(buffer));
  }
}
