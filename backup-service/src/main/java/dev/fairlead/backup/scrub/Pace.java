package dev.fairlead.backup.scrub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Reads no faster than it may, so that scrubbing is in nobody's way. */
final class Pace {

  private final long bytesPerSecond;

  /**
   * @param bytesPerSecond at least 1
   */
  Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  Paced of(InputStream stream) {
    return new Paced(stream);
  }

  final class Paced extends FilterInputStream {

    private final long begun = System.nanoTime();
    private long bytes;

    private Paced(InputStream stream) {
      super(stream);
    }

    /** So many were read. */
    long bytes() {
      return bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count > 0) {
        bytes += count;
        waitUntilAllowed();
      }
      return count;
    }

    private void waitUntilAllowed() throws InterruptedIOException {
      long due = (long) (bytes * (1e9 / bytesPerSecond));
      long ahead = due - (System.nanoTime() - begun);
      if (ahead > 0) {
        try {
          TimeUnit.NANOSECONDS.sleep(ahead);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("reading was ended");
        }
      }
    }
  }
}
