package dev.fairlead.backup.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A folder and all below it, in the order of names. Every step goes from an open folder to a name
 * in it and never through a link, so whoever can rename things there cannot lead us elsewhere.
 */
final class FileTree {

  private final Path root;
  private final Set<Path> never;

  /**
   * @param never folders that are left out, such as the stores themselves
   */
  FileTree(Path root, Set<Path> never) {
    this.root = root;
    this.never = never;
  }

  /** Something that was found; its content is read while the visitor looks at it. */
  interface Visitor {
    void visit(Found found) throws IOException;
  }

  /** A file, folder, link or something else. */
  final class Found {

    private final SecureDirectoryStream<Path> folder;
    private final Path name;
    final Path path;
    final PosixFileAttributes attributes;

    Found(SecureDirectoryStream<Path> folder, Path name, Path path) throws IOException {
      this.folder = folder;
      this.name = name;
      this.path = path;
      this.attributes = attributesOf(folder, name);
    }

    /** No further than it was long: one that grows as fast as it is read would never end. */
    InputStream open() throws IOException {
      return new FirstBytes(
          Channels.newInputStream(
              folder.newByteChannel(
                  name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))),
          attributes.size());
    }

    /** Whether it is still the file that it was, with the same size and time. */
    boolean isUnchanged() throws IOException {
      PosixFileAttributes now = attributesOf(folder, name);
      return now.size() == attributes.size()
          && now.lastModifiedTime().equals(attributes.lastModifiedTime())
          && Objects.equals(now.fileKey(), attributes.fileKey());
    }

    Found again() throws IOException {
      return new Found(folder, name, path);
    }
  }

  /**
   * What goes away below it meanwhile, as files of caches and sessions do, is passed over.
   *
   * @throws NoSuchFileException when there is no such file or folder, or there is none at the end
   */
  void walk(Visitor visitor) throws IOException {
    Path start = root.toRealPath();
    Path parent = start.getParent();
    if (parent == null) {
      throw new IOException("%s is the root of the file system".formatted(root));
    }
    try (SecureDirectoryStream<Path> folder = open(parent)) {
      visit(folder, nameOf(start), start, visitor);
      attributesOf(folder, nameOf(start));
    }
  }

  @SuppressWarnings("StreamResourceLeak") // the caller closes what is returned
  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot read folders without following links; use Linux");
  }

  private void visit(SecureDirectoryStream<Path> folder, Path name, Path path, Visitor visitor)
      throws IOException {
    if (never.contains(path)) {
      return;
    }
    try {
      Found found = new Found(folder, name, path);
      visitor.visit(found);
      if (found.attributes.isDirectory()) {
        descend(folder, name, path, visitor);
      }
    } catch (NoSuchFileException _) {
      // gone since it was listed
    }
  }

  private void descend(SecureDirectoryStream<Path> folder, Path name, Path path, Visitor visitor)
      throws IOException {
    try (SecureDirectoryStream<Path> inner =
        folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (Path each : names(inner)) {
        visit(inner, each, path.resolve(each), visitor);
      }
    }
  }

  private static List<Path> names(SecureDirectoryStream<Path> folder) throws IOException {
    List<Path> names = new ArrayList<>();
    try {
      folder.forEach(each -> names.add(nameOf(each)));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(Comparator.comparing(Path::toString));
    return names;
  }

  private static PosixFileAttributes attributesOf(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  private static Path nameOf(Path path) {
    return Objects.requireNonNull(path.getFileName(), "only the root has no name");
  }
}
