package dev.fairlead.deployer.image;

import dev.fairlead.deployer.artifact.ArchiveLimits;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Writes a tar archive, compressed with gzip or not, into an empty folder. */
record UnpackedTar(Path archive, Path target, ArchiveLimits limits) {

  private static final int EXECUTABLE = 0111;
  private static final int GZIP = 0x1f8b;

  void write() throws IOException {
    long bytes = 0;
    int files = 0;
    try (TarArchiveInputStream tar = new TarArchiveInputStream(open())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++files > limits.files()) {
          throw unusable("it has more than %d files".formatted(limits.files()));
        }
        bytes += write(tar, entry, limits.bytes() - bytes);
      }
    }
  }

  private InputStream open() throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(archive));
    in.mark(2);
    boolean zipped = (in.read() << 8 | in.read()) == GZIP;
    in.reset();
    return zipped ? new GZIPInputStream(in) : in;
  }

  private long write(TarArchiveInputStream tar, TarArchiveEntry entry, long most)
      throws IOException {
    Path path = within(entry.getName());
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return 0;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      // it is never followed here, only handed on
      link(path, entry);
      return 0;
    }
    if (!entry.isFile() || entry.isLink()) {
      throw unusable(
          "%s is neither a file, a folder nor a symbolic link".formatted(entry.getName()));
    }
    long written = copy(tar, path, most);
    if ((entry.getMode() & EXECUTABLE) != 0) {
      makeExecutable(path);
    }
    return written;
  }

  private void link(Path path, TarArchiveEntry entry) throws IOException {
    try {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } catch (FileAlreadyExistsException e) {
      throw twice(path);
    }
  }

  /** The file is new and in a folder that is only ours, so it is no link. */
  private static void makeExecutable(Path file) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    permissions.add(PosixFilePermission.OWNER_EXECUTE);
    view.setPermissions(permissions);
  }

  private long copy(TarArchiveInputStream tar, Path path, long most) throws IOException {
    long written = 0;
    byte[] piece = new byte[1 << 16];
    try (OutputStream file = create(path)) {
      for (int count = tar.read(piece); count > 0; count = tar.read(piece)) {
        written += count;
        if (written > most) {
          throw unusable("it is larger than %d MB".formatted(limits.bytes() >> 20));
        }
        file.write(piece, 0, count);
      }
    }
    return written;
  }

  /** Never over what is there: it may be a link to a file of this host. */
  private OutputStream create(Path path) throws IOException {
    try {
      return Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw twice(path);
    }
  }

  private ArtifactUnusable twice(Path path) {
    return unusable("%s is in it twice".formatted(target.relativize(path)));
  }

  /** No entry leaves the folder, be it by its name or through a link that came before it. */
  private Path within(String name) throws IOException {
    Path path = target.resolve(name.replaceFirst("^/+", "")).normalize();
    boolean inside = path.startsWith(target);
    for (Path above = path.getParent();
        inside && above != null && above.startsWith(target) && !above.equals(target);
        above = above.getParent()) {
      inside = !Files.isSymbolicLink(above);
    }
    if (!inside) {
      throw unusable("%s leaves the archive".formatted(name));
    }
    return path;
  }

  private ArtifactUnusable unusable(String reason) {
    return new ArtifactUnusable(archive.toString(), reason + "; pack it again");
  }
}
