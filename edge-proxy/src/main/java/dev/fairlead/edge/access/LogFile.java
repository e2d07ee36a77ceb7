package dev.fairlead.edge.access;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file that starts anew when it is full, or standard output. Used by one thread. */
final class LogFile {
  private static final int KEPT = 5;

  private final @Nullable Path path;
  private final long mostBytes;
  private OutputStream out;
  private long bytes;

  private LogFile(@Nullable Path path, long mostBytes, OutputStream out, long bytes) {
    this.path = path;
    this.mostBytes = mostBytes;
    this.out = out;
    this.bytes = bytes;
  }

  static LogFile open(AccessLogSettings settings) throws IOException {
    if (settings.file().isEmpty()) {
      return new LogFile(null, Long.MAX_VALUE, new FileOutputStream(FileDescriptor.out), 0);
    }
    Path path = settings.file().get().toAbsolutePath();
    Files.createDirectories(path.getParent());
    OutputStream out = appendTo(path);
    return new LogFile(path, settings.mostBytes(), out, Files.size(path));
  }

  void append(String lines) throws IOException {
    byte[] encoded = lines.getBytes(StandardCharsets.UTF_8);
    if (path != null && bytes > 0 && bytes + encoded.length > mostBytes) {
      rotate(path);
    }
    out.write(encoded);
    out.flush();
    bytes += encoded.length;
  }

  private void rotate(Path full) throws IOException {
    out.close();
    for (int age = KEPT - 1; age > 0; age--) {
      if (Files.exists(aged(full, age))) {
        Files.move(aged(full, age), aged(full, age + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(full, aged(full, 1), StandardCopyOption.REPLACE_EXISTING);
    out = appendTo(full);
    bytes = 0;
  }

  void close() throws IOException {
    if (path != null) {
      out.close();
    }
  }

  private static OutputStream appendTo(Path path) throws IOException {
    return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Path aged(Path path, int age) {
    return path.resolveSibling(path.getFileName() + "." + age);
  }
}
