package dev.fairlead.cli.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.UUID;

/** Writes a small file whole or not at all, whatever comes between: a full disk, SIGKILL. */
final class WholeFile {

  private WholeFile() {}

  /**
   * Makes the file, or replaces it. It is on the disk when this returns.
   *
   * @param attributes that the file has from its first byte on
   */
  static void write(Path file, String text, FileAttribute<?>... attributes) throws IOException {
    Path unfinished =
        file.resolveSibling("%s.%s.new".formatted(file.getFileName(), UUID.randomUUID()));
    try {
      Files.createFile(unfinished, attributes);
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    flushFolderOf(file);
  }

  /** The new name is in the folder, which has to reach the disk as well. */
  private static void flushFolderOf(Path file) throws IOException {
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
