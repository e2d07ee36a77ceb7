package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Sha256;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.DigestOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Puts entries below a folder that nobody else writes to. Links come last of all, also of those of
 * other roots, so nothing is ever written through one, whatever an index says.
 */
final class FileExtractor {

  /** The bytes of a pack. */
  interface PackSource {
    byte[] pack(String name) throws IOException;
  }

  private final Path archived;
  private final Path target;
  private final PackSource packs;
  private final List<FileEntry> links = new ArrayList<>();
  private final Deque<FileEntry> folders = new ArrayDeque<>();

  /**
   * @param archived the folder or file that was archived
   * @param target where it is put instead; must not exist yet
   */
  FileExtractor(Path archived, Path target, PackSource packs) {
    this.archived = archived;
    this.target = target;
    this.packs = packs;
  }

  /**
   * @throws BackupFailure when the entry leads outside, or its content is not what was archived
   */
  void put(FileEntry entry) throws IOException {
    Path path = placeOf(entry);
    switch (entry.kind()) {
      case FOLDER -> {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        folders.push(entry);
      }
      case FILE -> {
        write(entry, path);
        dress(entry, path);
      }
      case LINK -> links.add(entry);
      case SKIPPED -> {}
    }
  }

  /** Only now come the links, and the modes and times that would be in the way before. */
  void finish() throws IOException {
    Set<Path> places = new HashSet<>();
    Path real = links.isEmpty() ? target : folderOf(target).toRealPath();
    for (FileEntry link : links) {
      Path path = placeOf(link);
      requireNoneAbove(path, places);
      requireBelow(real, path);
      Files.createSymbolicLink(path, PathText.path(Objects.requireNonNull(link.target())));
      places.add(path);
    }
    for (FileEntry folder : folders) {
      dress(folder, placeOf(folder));
    }
  }

  /** A link that lies behind another would be made wherever that one leads. */
  private static void requireNoneAbove(Path link, Set<Path> links) {
    for (Path above = link.getParent(); above != null; above = above.getParent()) {
      if (links.contains(above)) {
        throw corrupt("the entry of the link %s lies behind the link %s".formatted(link, above));
      }
    }
  }

  /** Two names that differ to us may be one to the disk, such as where it ignores case. */
  private void requireBelow(Path real, Path link) throws IOException {
    Path above = folderOf(link);
    Path inside = folderOf(target).relativize(above);
    if (!above.toRealPath().equals(real.resolve(inside).normalize())) {
      throw corrupt("the entry of the link %s lies behind another link".formatted(link));
    }
  }

  private static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "nothing is put at the root");
  }

  /**
   * Where it was on its host, before anything is made or emptied for it here.
   *
   * @throws BackupFailure when that is no path that an archive has
   */
  static Path required(FileEntry entry) {
    Path path = PathText.path(entry.path());
    if (!path.isAbsolute() || !path.normalize().equals(path) || path.getFileName() == null) {
      throw corrupt(
          "the entry '%s' is no absolute path of a file or folder".formatted(entry.path()));
    }
    return path;
  }

  private Path placeOf(FileEntry entry) {
    Path path = required(entry);
    if (!path.startsWith(archived)) {
      throw corrupt("the entry '%s' does not lie below %s".formatted(entry.path(), archived));
    }
    Path inside = archived.relativize(path);
    return inside.toString().isEmpty() ? target : target.resolve(inside);
  }

  private void write(FileEntry entry, Path path) throws IOException {
    DigestOutputStream output =
        new DigestOutputStream(
            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS),
            Sha256.digest());
    try (output) {
      for (Piece piece : Objects.requireNonNullElse(entry.pieces(), List.<Piece>of())) {
        write(piece, output);
      }
    }
    String sha256 = HexFormat.of().formatHex(output.getMessageDigest().digest());
    if (!sha256.equals(entry.sha256())) {
      throw corrupt(
          "%s would have sha256 %s; its entry says %s"
              .formatted(entry.path(), sha256, entry.sha256()));
    }
  }

  private void write(Piece piece, OutputStream output) throws IOException {
    byte[] pack = packs.pack(piece.pack());
    if (piece.offset() < 0 || piece.length() < 0 || piece.length() > pack.length - piece.offset()) {
      throw corrupt("pack %s has no piece at %d".formatted(piece.pack(), piece.offset()));
    }
    output.write(pack, piece.offset(), piece.length());
  }

  private static void dress(FileEntry entry, Path path) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    giveTo(entry, path, view);
    if (entry.mode() != null) {
      view.setPermissions(PosixFilePermissions.fromString(entry.mode()));
    }
    if (entry.modifiedAt() != null) {
      view.setTimes(FileTime.from(entry.modifiedAt()), null, null);
    }
  }

  /** Only root may, and only users that exist here can get it; the rest stays with this user. */
  private static void giveTo(FileEntry entry, Path path, PosixFileAttributeView view) {
    if (entry.owner() == null) {
      return;
    }
    String[] names = entry.owner().split(":", 2);
    UserPrincipalLookupService users = path.getFileSystem().getUserPrincipalLookupService();
    try {
      view.setOwner(users.lookupPrincipalByName(names[0]));
      view.setGroup(users.lookupPrincipalByGroupName(names[1]));
    } catch (IOException _) {
      // as the Javadoc says
    }
  }

  private static BackupFailure corrupt(String what) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH, what, "restore the files of another backup");
  }
}
