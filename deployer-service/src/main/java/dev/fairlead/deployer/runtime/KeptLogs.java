package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.disk.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ends of the logs of instances that were stopped, so that somebody can still find out why. The
 * latest hundred are kept.
 */
final class KeptLogs {

  private static final Logger log = LoggerFactory.getLogger(KeptLogs.class);

  private static final int MOST = 100;
  private static final int LINES = 1_000;

  private final Path folder;

  KeptLogs(Path folder) {
    this.folder = folder;
  }

  /** How many lines of an instance's log to hand over. */
  static int lines() {
    return LINES;
  }

  /** That a disk is full must keep nothing from being stopped. */
  void keep(InstanceId id, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Durable.write(fileOf(id), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      forgetOldest();
    } catch (IOException e) {
      log.warn("instance={} output=lost folder={} reason=\"{}\"", id, folder, e.getMessage());
    }
  }

  /** Empty of one of which nothing was kept. */
  Optional<List<String>> last(InstanceId id, int lines) {
    Path file = fileOf(id);
    return Files.exists(file) ? Optional.of(LogTail.of(file, lines)) : Optional.empty();
  }

  private void forgetOldest() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> oldest =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .sorted(Comparator.comparing(KeptLogs::modified).reversed())
              .skip(MOST)
              .toList();
      for (Path file : oldest) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException deletedMeanwhile) {
      return FileTime.fromMillis(0);
    }
  }

  private Path fileOf(InstanceId id) {
    return folder.resolve(id + ".log");
  }
}
