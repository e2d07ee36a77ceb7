package dev.fairlead.backup.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** What it takes that a file is still there after a power cut. */
final class Durable {

  /** The JDK keeps a buffer as large as the largest write for every thread that ever wrote. */
  private static final int CHUNK = 256 * 1024;

  private Durable() {}

  static void write(FileChannel channel, byte[] bytes, int length) throws IOException {
    for (int written = 0; written < length; ) {
      int count = Math.min(CHUNK, length - written);
      written += channel.write(ByteBuffer.wrap(bytes, written, count));
    }
  }

  /** On Linux a new or renamed name is durable once its folder is flushed. */
  static void flushFolder(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.getParent(), "a file of a store has a folder");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
