package dev.fairlead.backup.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * A folder: one file an object, its path the key. Files are written elsewhere, flushed to the disk
 * and then renamed, so a key never names half an object, not even after a power cut.
 */
public final class DiskStore implements Store {

  private static final String UNFINISHED = ".unfinished";

  private final String name;
  private final Path root;
  private final DiskFailures failures;
  private final DiskFolders folders;

  public DiskStore(String name, Path root) {
    this.name = name;
    this.root = root.toAbsolutePath().normalize();
    this.failures = new DiskFailures(name, this.root);
    this.folders = new DiskFolders(this.root);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location(String key) {
    return fileOf(key).toUri().toString();
  }

  @Override
  public Upload begin(String key, int partBytes) {
    return failures.get(
        () -> {
          Path target = fileOf(key);
          Path temporary = unfinishedFile(key);
          return folders.with(
              temporary, () -> new DiskUpload(temporary, target, folders, failures));
        });
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    return failures.get(
        () -> {
          Path temporary = unfinishedFile(key);
          try {
            folders.with(temporary, () -> writeDurably(temporary, content));
            return linked(temporary, fileOf(key));
          } finally {
            folders.delete(temporary);
          }
        });
  }

  /** A hard link is the one way to create a whole file and to fail when the name is taken. */
  private boolean linked(Path temporary, Path target) throws IOException {
    try {
      folders.with(target, () -> Files.createLink(target, temporary));
    } catch (FileAlreadyExistsException _) {
      return false;
    }
    Durable.flushFolder(target);
    return true;
  }

  @Override
  public Optional<InputStream> open(String key) {
    return failures.get(
        () -> {
          try {
            return Optional.of(Files.newInputStream(fileOf(key)));
          } catch (NoSuchFileException _) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void delete(String key) {
    failures.run(() -> folders.deleteDurably(fileOf(key)));
  }

  @Override
  public List<StoredObject> list(String prefix) {
    List<StoredObject> found = new ArrayList<>();
    walk(
        folderOf(prefix),
        (key, attributes) -> {
          if (key.startsWith(prefix) && !key.startsWith(UNFINISHED + "/") && !key.equals(MARK)) {
            found.add(new StoredObject(key, attributes.size(), changed(attributes)));
          }
        });
    return found;
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    List<UnfinishedUpload> found = new ArrayList<>();
    walk(
        UNFINISHED,
        (handle, attributes) -> {
          String key = folderOf(handle.substring(UNFINISHED.length() + 1));
          if (key.startsWith(prefix)) {
            found.add(new UnfinishedUpload(key, handle, changed(attributes)));
          }
        });
    return found;
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    delete(upload.handle());
  }

  @Override
  public void probe() {
    String key = ".probe/" + UUID.randomUUID();
    createOnce(key, new byte[] {1});
    delete(key);
  }

  /** Every attempt has a file of its own, in a folder named like the key. */
  private Path unfinishedFile(String key) {
    return root.resolve(UNFINISHED).resolve(key).resolve(UUID.randomUUID().toString());
  }

  private static Path writeDurably(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Durable.write(channel, content, content.length);
      channel.force(true);
    }
    return file;
  }

  private Path fileOf(String key) {
    Path file = root.resolve(key).normalize();
    if (!file.startsWith(root) || file.equals(root)) {
      throw new IllegalArgumentException("key '%s' leaves the store".formatted(key));
    }
    return file;
  }

  /** What comes before the last slash; empty when there is none. */
  private static String folderOf(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('/')));
  }

  private static Instant changed(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().toInstant();
  }

  /**
   * @param part a folder below the root; all of it when empty
   */
  private void walk(String part, BiConsumer<String, BasicFileAttributes> each) {
    if (!part.isEmpty()) {
      fileOf(part); // else it leaves the store
    }
    failures.run(() -> DiskWalk.through(root, part, each));
  }
}
