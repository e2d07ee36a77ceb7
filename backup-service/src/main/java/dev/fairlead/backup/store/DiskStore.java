package dev.fairlead.backup.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    Path unfinished = root.resolve(UNFINISHED);
    List<StoredObject> found = new ArrayList<>();
    visit(
        root,
        (file, attributes) -> {
          String key = root.relativize(file).toString();
          if (key.startsWith(prefix) && !file.startsWith(unfinished) && !key.equals(MARK)) {
            found.add(new StoredObject(key, attributes.size(), changed(attributes)));
          }
        });
    return found;
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    Path folder = root.resolve(UNFINISHED);
    List<UnfinishedUpload> found = new ArrayList<>();
    visit(
        folder,
        (file, attributes) -> {
          String key = folder.relativize(parentOf(file)).toString();
          if (key.startsWith(prefix)) {
            String handle = root.relativize(file).toString();
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

  private static Path parentOf(Path file) {
    return Objects.requireNonNull(file.getParent(), "a file of a store has a folder");
  }

  private static Instant changed(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().toInstant();
  }

  /** Every file that is there from start to end; others come and go meanwhile. */
  private void visit(Path folder, BiConsumer<Path, BasicFileAttributes> each) {
    failures.run(
        () ->
            Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                  @Override
                  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    each.accept(file, attributes);
                    return FileVisitResult.CONTINUE;
                  }

                  @Override
                  public FileVisitResult visitFileFailed(Path file, IOException e)
                      throws IOException {
                    if (e instanceof NoSuchFileException) {
                      return FileVisitResult.CONTINUE;
                    }
                    throw e;
                  }
                }));
  }
}
