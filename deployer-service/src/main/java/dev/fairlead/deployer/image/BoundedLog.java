package dev.fairlead.deployer.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What one build writes, up to a limit: one that prints without end does not fill the disk. */
final class BoundedLog implements AutoCloseable {

  /** In bytes. */
  static final long MOST = 8L << 20;

  private static final String LEFT_OUT =
      "\n[the rest is left out: the log of a build ends at %d MB]\n".formatted(MOST >> 20);

  private final OutputStream file;
  private long bytes;
  private boolean full;

  /**
   * @param written bytes that are in the file already
   */
  BoundedLog(OutputStream file, long written) {
    this.file = file;
    this.bytes = written;
    this.full = written > MOST;
  }

  /** Each text as a whole and at once, so that a reader finds no character cut in two. */
  void write(String text) throws IOException {
    if (full) {
      return;
    }
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    bytes += all.length;
    full = bytes > MOST;
    file.write(full ? LEFT_OUT.getBytes(StandardCharsets.UTF_8) : all);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
