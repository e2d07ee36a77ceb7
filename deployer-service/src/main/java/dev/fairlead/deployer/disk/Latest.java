package dev.fairlead.deployer.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of which only what was written last is kept. */
public final class Latest {

  private Latest() {}

  private record Entry(Path path, FileTime written) {}

  /**
   * Deletes all but the latest files and folders in it, each with what it holds. One that somebody
   * else deletes meanwhile is fine.
   *
   * @param most that stay; at least 0
   */
  public static void keep(Path folder, int most) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path path : list(folder)) {
      try {
        entries.add(new Entry(path, Files.getLastModifiedTime(path)));
      } catch (NoSuchFileException gone) {
        continue;
      }
    }
    entries.sort(Comparator.comparing(Entry::written).reversed());
    for (Entry old : entries.subList(Math.min(most, entries.size()), entries.size())) {
      delete(old.path());
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (Path within : list(path)) {
        delete(within);
      }
    }
    Files.deleteIfExists(path);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    } catch (NoSuchFileException gone) {
      return List.of();
    }
  }
}
