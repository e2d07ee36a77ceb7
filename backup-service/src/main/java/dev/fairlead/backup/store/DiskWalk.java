package dev.fairlead.backup.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Every file of a store that is there from start to end; others come and go meanwhile. */
final class DiskWalk extends SimpleFileVisitor<Path> {

  /** Of an application. */
  private static final Pattern APPLICATION = Pattern.compile("[a-z][a-z0-9-]*");

  /** What else begins a key. */
  private static final Set<String> OWN = Set.of(".files", ".unfinished", ".quarantine", ".probe");

  private final Path root;
  private final BiConsumer<String, BasicFileAttributes> each;

  DiskWalk(Path root, BiConsumer<String, BasicFileAttributes> each) {
    this.root = root;
    this.each = each;
  }

  /**
   * @param root of the store, which may be a link
   * @param part a folder in it, if it is there; all when empty
   * @param each told of every file by its path below the root
   */
  static void through(Path root, String part, BiConsumer<String, BasicFileAttributes> each)
      throws IOException {
    Path real;
    try {
      real = root.toRealPath();
    } catch (NoSuchFileException _) {
      return;
    }
    Files.walkFileTree(real.resolve(part), new DiskWalk(real, each));
  }

  /** What lies there besides is others', and may have parts that nobody here may read. */
  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    return isForeign(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    each.accept(root.relativize(file).toString(), attributes);
    return FileVisitResult.CONTINUE;
  }

  /** The root of a file system has folders that nobody but its administrator may read. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof NoSuchFileException
        || (e instanceof AccessDeniedException && isForeign(file))) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  /** Such as {@code lost+found}: no key begins like it. */
  private boolean isForeign(Path file) {
    String name = String.valueOf(file.getFileName());
    return root.equals(file.getParent())
        && !APPLICATION.matcher(name).matches()
        && !OWN.contains(name);
  }
}
