package dev.fairlead.backup.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** From stored bytes back to the dump, and the proof that they are the ones that were stored. */
public final class ArchiveReader {

  private ArchiveReader() {}

  /**
   * Reads every stored byte once.
   *
   * @return what is wrong with this copy, or null when it is what the manifest says
   */
  public static @Nullable String defectOf(InputStream stored, Manifest.Archive expected)
      throws IOException {
    Measured measured = new Measured(stored);
    measured.transferTo(OutputStream.nullOutputStream());
    return measured.defect(expected);
  }

  /**
   * Decrypts and decompresses into {@code target}, which has to wait with believing it until this
   * returns.
   *
   * @param passage hears of every chunk that {@code target} took
   * @throws CorruptCopy when the stored bytes are not those of the manifest
   * @throws UnreadCopy when they cannot be read or opened
   * @throws IOException when {@code target} takes no more
   */
  public static void copyDump(
      InputStream stored,
      Manifest.Archive expected,
      AgeIdentity identity,
      OutputStream target,
      Passage passage)
      throws IOException {
    Measured measured = new Measured(stored);
    DumpSink sink = new DumpSink(target, passage);
    try (InputStream dump =
        new ZstdInputStreamNoFinalizer(
            Channels.newInputStream(identity.decrypting(Channels.newChannel(measured))))) {
      dump.transferTo(sink);
    } catch (IOException | RuntimeException e) {
      if (sink.failed) {
        throw e;
      }
      if (measured.failed) {
        throw unread(e);
      }
      requireAsStored(measured, expected);
      throw new UnreadCopy("the copy cannot be opened", e);
    }
    requireAsStored(measured, expected);
  }

  /** Undecipherable may mean a wrong key or wrong bytes; the digest of the rest tells which. */
  private static void requireAsStored(Measured measured, Manifest.Archive expected)
      throws CorruptCopy, UnreadCopy {
    try {
      measured.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unread(e);
    }
    String defect = measured.defect(expected);
    if (defect != null) {
      throw new CorruptCopy(defect);
    }
  }

  private static UnreadCopy unread(Exception failure) {
    return new UnreadCopy("the copy cannot be read", failure);
  }

  /** Counts and digests what passes through. */
  private static final class Measured extends FilterInputStream {

    private final MessageDigest digest = Sha256.digest();
    private long bytes;
    private boolean failed;

    Measured(InputStream stored) {
      super(stored);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count;
      try {
        count = super.read(target, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
      if (count > 0) {
        digest.update(target, offset, count);
        bytes += count;
      }
      return count;
    }

    /** The caller of this class closes what it opened, after the rest was read as well. */
    @Override
    public void close() {}

    @Nullable String defect(Manifest.Archive expected) {
      if (bytes != expected.sizeBytes()) {
        return "has %d bytes; its manifest says %d".formatted(bytes, expected.sizeBytes());
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      return sha256.equals(expected.sha256())
          ? null
          : "has sha256 %s; its manifest says %s".formatted(sha256, expected.sha256());
    }
  }

  /** Remembers whether the taker, not the copy, was at fault. */
  private static final class DumpSink extends OutputStream {

    private final OutputStream target;
    private final Passage passage;
    private long bytes;
    private boolean failed;

    DumpSink(OutputStream target, Passage passage) {
      this.target = target;
      this.passage = passage;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      try {
        target.write(source, offset, length);
        bytes += length;
        passage.passed(bytes);
      } catch (IOException | RuntimeException e) {
        failed = true;
        throw e;
      }
    }
  }
}
