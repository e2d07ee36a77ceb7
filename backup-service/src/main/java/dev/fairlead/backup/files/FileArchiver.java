package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Sha256;
import dev.fairlead.backup.files.FileEntry.Kind;
import dev.fairlead.backup.files.FileTree.Found;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Reads files and folders into packs and tells an entry for each. */
final class FileArchiver {

  /** A file that is written to all the time is taken as it is at last, with a note. */
  private static final int TRIES = 3;

  private final Chunker chunker;
  private final PackWriter packs;
  private final Set<Path> never;
  private final Consumer<FileEntry> entries;

  FileArchiver(ChunkMemory memory, PackWriter packs, Set<Path> never, Consumer<FileEntry> entries) {
    this.chunker = new Chunker(memory.secret());
    this.packs = packs;
    this.never = never;
    this.entries = entries;
  }

  /**
   * @throws BackupFailure when {@code root} is not there, or something in it cannot be read or has
   *     a name that is no text: an archive that leaves things out is none
   */
  void add(Path root) {
    try {
      new FileTree(root, never).walk(found -> entries.accept(entryOf(found)));
    } catch (NoSuchFileException e) {
      throw failure(
          BackupFailureReason.EMPTY_RESULT,
          "the files %s are not there".formatted(root),
          "create the folder, or correct backup.files in the manifest",
          e);
    } catch (AccessDeniedException e) {
      throw failure(
          BackupFailureReason.MISSING_RIGHTS,
          "%s cannot be read".formatted(e.getFile()),
          "let the user of backup-service read it, or take it out of backup.files",
          e);
    } catch (IOException | UncheckedIOException e) {
      throw failure(
          BackupFailureReason.DUMP_FAILED,
          "the files below %s cannot be read: %s".formatted(root, e.getMessage()),
          "check the disk",
          e);
    }
  }

  private static BackupFailure failure(
      BackupFailureReason reason, String detail, String advice, Exception cause) {
    return new BackupFailure(reason, detail, advice, cause);
  }

  private FileEntry entryOf(Found found) throws IOException {
    if (found.attributes.isDirectory()) {
      return entry(found, Kind.FOLDER);
    }
    if (found.attributes.isSymbolicLink()) {
      return entry(found, Kind.LINK)
          .withTarget(PathText.ofTarget(Files.readSymbolicLink(found.path), found.path));
    }
    return found.attributes.isRegularFile()
        ? fileEntry(found)
        : entry(found, Kind.SKIPPED).withNote("a socket, pipe or device");
  }

  /**
   * @throws NoSuchFileException when it was gone before anything of it was read
   */
  private FileEntry fileEntry(Found first) throws IOException {
    Found found = first;
    FileEntry entry = read(found);
    try {
      for (int count = 1; count < TRIES && !found.isUnchanged(); count++) {
        found = found.again();
        entry = read(found);
      }
      return found.isUnchanged() ? entry : entry.withNote("it changed while it was read");
    } catch (NoSuchFileException _) {
      return entry.withNote("it was removed while it was read");
    }
  }

  private FileEntry read(Found found) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    MessageDigest digest = Sha256.digest();
    AtomicLong size = new AtomicLong();
    try (InputStream stream = found.open()) {
      chunker.cut(
          stream,
          (bytes, length) -> {
            digest.update(bytes, 0, length);
            size.addAndGet(length);
            pieces.add(packs.add(bytes, length));
          });
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return entry(found, Kind.FILE).withContent(size.get(), sha256, pieces);
  }

  private static FileEntry entry(Found found, Kind kind) {
    return new FileEntry(
        PathText.of(found.path),
        kind,
        PosixFilePermissions.toString(found.attributes.permissions()),
        "%s:%s".formatted(found.attributes.owner().getName(), found.attributes.group().getName()),
        found.attributes.lastModifiedTime().toInstant(),
        null,
        null,
        null,
        null,
        null);
  }
}
