package dev.fairlead.deployer.trial;

import dev.fairlead.deployer.runtime.CutText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last of what a command wrote. Its end may never come: what the command has left running in
 * the background may hold its output open.
 */
final class LastOutput {

  private static final Logger log = LoggerFactory.getLogger(LastOutput.class);

  /** More is not kept; the end of it is what tells. In bytes. */
  static final int MOST = 256 << 10;

  private static final int PIECE = 8 << 10;

  private final InputStream stream;
  private final Thread reader;
  private final byte[] last = new byte[MOST];
  private int length;
  private boolean cut;

  private LastOutput(Process process) {
    this.stream = process.getInputStream();
    this.reader =
        Thread.ofPlatform().daemon().name("output-of-" + process.pid()).unstarted(this::read);
  }

  static LastOutput of(Process process) {
    LastOutput output = new LastOutput(process);
    output.reader.start();
    return output;
  }

  private void read() {
    try (stream) {
      byte[] piece = new byte[PIECE];
      for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
        keep(piece, count);
      }
    } catch (IOException killedOrTaken) {
      // what was read until then is what there is
    }
  }

  private synchronized void keep(byte[] piece, int count) {
    int kept = Math.min(length, MOST - count);
    cut = cut || kept < length;
    System.arraycopy(last, length - kept, last, 0, kept);
    System.arraycopy(piece, 0, last, kept, count);
    length = kept + count;
  }

  /**
   * What there is by its end, and at the latest after this time; nobody listens afterwards. Of a
   * longer output whole lines.
   */
  String take(Duration atMost) throws InterruptedException {
    if (!reader.join(atMost)) {
      close();
    }
    return text();
  }

  /** The reader ends by it with the next word, or the end, of whoever holds the output open. */
  private void close() {
    try {
      stream.close();
    } catch (IOException e) {
      log.debug("output=open reason=\"{}\"", e.getMessage());
    }
  }

  private synchronized String text() {
    byte[] end = Arrays.copyOf(last, length);
    return new String(cut ? CutText.wholeLines(end) : end, StandardCharsets.UTF_8);
  }
}
