package dev.fairlead.backup.store;

import dev.fairlead.backup.store.DiskFailures.DiskAction;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * The folders of a store come with the first file in them and go with the last. Another thread, or
 * another service on the same folder, may take an empty one away before the file is in it.
 */
final class DiskFolders {

  /** Nobody can be unlucky so often: each time, somebody removed a file beside ours just then. */
  private static final int ATTEMPTS = 20;

  private final Path root;

  /**
   * @param root stays, even when it is empty
   */
  DiskFolders(Path root) {
    this.root = root;
  }

  /**
   * Creates {@code file} where its folder is, which is made as often as it is taken away.
   *
   * @throws NoSuchFileException when there is no folder even so
   */
  <T> T with(Path file, DiskAction<T> creation) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        make(folderOf(file));
        return creation.run();
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** A folder that goes between two looks of the JDK is a file to it, which it is not. */
  private static void make(Path folder) throws IOException {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      Path taken = Path.of(e.getFile());
      if (Files.exists(taken) && !Files.isDirectory(taken)) {
        throw new NotDirectoryException(e.getFile());
      }
      throw new NoSuchFileException(e.getFile());
    }
  }

  /** Where it is there; with the folders that are empty then. */
  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    removeEmpty(file);
  }

  /** The same, so that it does not come back after a power cut. */
  void deleteDurably(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      try {
        Durable.flushFolder(file);
      } catch (NoSuchFileException _) {
        // who deleted the last file beside it was faster
      }
      removeEmpty(file);
    }
  }

  private void removeEmpty(Path file) throws IOException {
    try {
      for (Path folder = folderOf(file); !folder.equals(root); folder = folderOf(folder)) {
        Files.delete(folder);
      }
    } catch (FileSystemException _) {
      // another file lives there, another sweeper was faster, or the system lets nobody remove it
    }
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.getParent(), "a file of a store has a folder");
  }
}
