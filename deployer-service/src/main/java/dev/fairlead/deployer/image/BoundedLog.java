package dev.fairlead.deployer.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one build writes, up to a limit: one that prints without end does not fill the disk. Nor
 * does a disk that is full end a build: what it would have written is lost.
 */
final class BoundedLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BoundedLog.class);

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
  void write(String text) {
    if (full) {
      return;
    }
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    bytes += all.length;
    full = bytes > MOST;
    try {
      file.write(full ? LEFT_OUT.getBytes(StandardCharsets.UTF_8) : all);
    } catch (IOException e) {
      full = true;
      LOG.warn("build output=lost from={} reason=\"{}\"", text.strip(), e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("build output=lost reason=\"{}\"", e.getMessage());
    }
  }
}
