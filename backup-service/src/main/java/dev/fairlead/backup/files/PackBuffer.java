package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.ByteArrayOutputStream;

/**
 * The decompressed bytes of one pack. Whatever a manifest and a pack say, no more are held than a
 * pack has.
 */
final class PackBuffer extends ByteArrayOutputStream {

  /** Four times what is written today: a later version may write larger ones. */
  static final int MOST = 4 * PackWriter.MOST;

  /**
   * @param expected so many, as the manifest says
   * @throws BackupFailure when no pack has so many
   */
  PackBuffer(long expected) {
    super(requirePossible(expected));
  }

  /**
   * @return the same number
   * @throws BackupFailure when no pack has so many
   */
  static int requirePossible(long bytes) {
    if (bytes < 0 || bytes > MOST) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "a pack of files is said to have %,d bytes; expected at most %,d".formatted(bytes, MOST),
          "find out who changed the manifest; restore the files of another backup");
    }
    return Math.toIntExact(bytes);
  }

  @Override
  public synchronized void write(int octet) {
    requirePossible(count + 1L);
    super.write(octet);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) {
    requirePossible((long) count + length);
    super.write(source, offset, length);
  }
}
