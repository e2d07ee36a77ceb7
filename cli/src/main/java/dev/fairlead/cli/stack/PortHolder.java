package dev.fairlead.cli.stack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out which process listens on a port, from Linux's /proc; elsewhere it does not know. */
final class PortHolder {

  private static final String LISTEN = "0A";

  private PortHolder() {}

  /** {@code java (process 4711)}; empty when it cannot be seen. */
  static Optional<String> of(int port) {
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .map(table -> socketOf(Path.of(table), port))
        .flatMap(Optional::stream)
        .map(PortHolder::ownerOf)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The inode of the listening socket: column 10, where the local address is column 2. */
  private static Optional<String> socketOf(Path table, int port) {
    String local = String.format(Locale.ROOT, ":%04X", port);
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns.length > 9)
          .filter(columns -> columns[1].endsWith(local) && columns[3].equals(LISTEN))
          .map(columns -> columns[9])
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> ownerOf(String inode) {
    Path link = Path.of("socket:[" + inode + "]");
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (hasOpen(process, link)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of(name + " (process " + process.getFileName() + ")");
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean hasOpen(Path process, Path link) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : open) {
        if (Files.readSymbolicLink(descriptor).equals(link)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Somebody else's process, or one that just ended.
      return false;
    }
    return false;
  }
}
