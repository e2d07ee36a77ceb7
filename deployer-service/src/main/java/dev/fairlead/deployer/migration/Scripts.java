package dev.fairlead.deployer.migration;

import dev.fairlead.deployer.disk.FullDisk;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A release's scripts, set aside where nobody else writes: what was compared with the plan is what
 * is run.
 */
final class Scripts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Scripts.class);

  private final Path folder;

  private Scripts(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws MigrationsUnreadable if a script cannot be read
   */
  static Scripts of(Path source) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Scripts scripts = new Scripts(Files.createTempDirectory(temporary, "fairlead-migrations-"));
      scripts.take(source);
      return scripts;
    } catch (IOException e) {
      throw new MigrationsUnreadable(
          FullDisk.isCauseOf(e, temporary)
              ? "the migrations in %s cannot be set aside: the disk of %s is full; free space there, then deploy again"
                  .formatted(source, temporary)
              : "the migrations in %s cannot be read: %s".formatted(source, e.getMessage()),
          e);
    }
  }

  Path folder() {
    return folder;
  }

  private void take(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Scripts::isRead).toList()) {
        Path copy = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Scripts, and settings beside them. */
  static boolean isRead(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && (name.endsWith(".sql") || name.endsWith(".sql.conf"));
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : innermostFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      log.warn("folder={} state=left reason=\"{}\"", folder, e.getMessage());
    }
  }
}
