package dev.fairlead.deployer.image;

import dev.fairlead.deployer.artifact.ArchiveLimits;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The files of a context as a tar archive that depends on nothing but their names, their bytes and
 * whether they are executable: not on times, owners or the order of a folder. The same content is
 * the same archive, on whatever machine it was checked out.
 */
final class ContextArchive {

  private static final String IGNORE_FILE = ".dockerignore";

  /** In bytes; they are read whole into memory. */
  private static final long MOST_RULES = 1L << 20;

  private static final int FOLDER = 0755;
  private static final int PROGRAM = 0755;
  private static final int PLAIN = 0644;
  private static final int LINK = 0777;

  private final Path root;
  private final String dockerfile;
  private final ArchiveLimits limits;
  private long bytes;
  private int files;

  /**
   * @param dockerfile its path in the context
   */
  ContextArchive(Path root, String dockerfile, ArchiveLimits limits) {
    this.root = root;
    this.dockerfile = dockerfile;
    this.limits = limits;
  }

  /**
   * @throws ArtifactUnusable if there is no Dockerfile, or too much of everything
   */
  void write(OutputStream out) throws IOException {
    if (!Files.isRegularFile(root.resolve(dockerfile))) {
      throw unusable(
          "there is no %s in it; write one, or say which file it is with artifact.build.dockerfile"
              .formatted(dockerfile));
    }
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    for (Path path : paths()) {
      add(tar, path);
    }
    tar.finish();
  }

  private List<Path> paths() throws IOException {
    IgnoreRules rules = rules();
    // the engine needs the one, and the docker command sends the other as well
    Set<String> always = Set.of(dockerfile, IGNORE_FILE);
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> !path.equals(root))
          .filter(path -> always.contains(name(path)) || !rules.ignores(name(path)))
          // one more than is allowed is enough to be refused
          .limit(limits.files() + 1L)
          .sorted((one, other) -> name(one).compareTo(name(other)))
          .toList();
    }
  }

  private IgnoreRules rules() throws IOException {
    Path file = root.resolve(IGNORE_FILE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new IgnoreRules(List.of());
    }
    // a link may lead to any file of this host, and an error would tell what is in it
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_RULES) {
      throw unusable(
          "its .dockerignore is a link, no file, or larger than %d KB; write a plain one"
              .formatted(MOST_RULES >> 10));
    }
    try {
      return new IgnoreRules(Files.readAllLines(file));
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()));
    }
  }

  private void add(TarArchiveOutputStream tar, Path path) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isOther()) {
      // no image can have it: reading a pipe waits for a writer, and a socket cannot be read
      return;
    }
    count(found);
    tar.putArchiveEntry(entry(path, found));
    if (found.isRegularFile()) {
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }

  /** Before anything is copied: what is refused has not filled the disk. */
  private void count(BasicFileAttributes found) {
    if (++files > limits.files()) {
      throw unusable(
          "it has more than %d files; keep some out with .dockerignore".formatted(limits.files()));
    }
    bytes += found.isRegularFile() ? found.size() : 0;
    if (bytes > limits.bytes()) {
      throw unusable(
          "it is larger than %d MB; keep something out with .dockerignore"
              .formatted(limits.bytes() >> 20));
    }
  }

  private TarArchiveEntry entry(Path path, BasicFileAttributes found) throws IOException {
    String name = name(path);
    if (found.isSymbolicLink()) {
      TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(Files.readSymbolicLink(path).toString());
      return like(link, LINK);
    }
    if (found.isDirectory()) {
      return like(new TarArchiveEntry(name + "/"), FOLDER);
    }
    TarArchiveEntry file = new TarArchiveEntry(name);
    file.setSize(found.size());
    return like(file, Files.isExecutable(path) ? PROGRAM : PLAIN);
  }

  private static TarArchiveEntry like(TarArchiveEntry entry, int mode) {
    entry.setMode(mode);
    entry.setModTime(0L);
    entry.setIds(0, 0);
    entry.setNames("", "");
    return entry;
  }

  private String name(Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }

  private ArtifactUnusable unusable(String reason) {
    return new ArtifactUnusable(root.toString(), reason);
  }
}
