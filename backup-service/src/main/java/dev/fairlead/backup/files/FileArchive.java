package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Makes the archive of an application's files for one backup. */
final class FileArchive {

  /** So many notes are kept in the manifest; the index has them all. */
  private static final int NOTES = 100;

  static final JsonMapper JSON = JsonMapper.builder().build();

  private final FileStores stores;
  private final Packs packs;
  private final BackupKeys keys;
  private final List<String> notes = new ArrayList<>();
  private long files;
  private long bytes;

  FileArchive(FileStores stores, Packs packs, BackupKeys keys) {
    this.stores = stores;
    this.packs = packs;
    this.keys = keys;
  }

  /**
   * @param name of the index
   * @param never folders that are left out
   * @throws BackupFailure when not all of it can be read, or stored
   */
  Manifest.Files make(List<Path> roots, String name, Set<Path> never) {
    Path lines = temporary();
    try {
      PackWriter writer = new PackWriter(packs, this::store);
      index(roots, never, lines, writer);
      try (InputStream stream = new BufferedInputStream(Files.newInputStream(lines))) {
        Manifest.Archive index = stores.write(keys.archive(name), name, stream);
        return new Manifest.Files(
            index,
            packs.known(writer.used()),
            roots.stream().map(Path::toString).toList(),
            files,
            bytes,
            List.copyOf(notes));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "the files could not be archived: " + e.getMessage(),
          "see the log of backup-service",
          e);
    } finally {
      delete(lines);
    }
  }

  private void index(List<Path> roots, Set<Path> never, Path lines, PackWriter writer)
      throws IOException {
    try (BufferedWriter index = Files.newBufferedWriter(lines)) {
      FileArchiver archiver = new FileArchiver(packs, writer, never, entry -> line(index, entry));
      outermost(roots).forEach(archiver::add);
      writer.flush();
    }
  }

  /**
   * One that lies in another, or is another by a link, comes with it; twice, it cannot be put back.
   */
  private static List<Path> outermost(List<Path> roots) throws IOException {
    Map<Path, Path> real = new LinkedHashMap<>();
    for (Path root : roots) {
      real.putIfAbsent(Files.exists(root) ? root.toRealPath() : root, root);
    }
    return real.keySet().stream()
        .filter(path -> real.keySet().stream().noneMatch(it -> isBelow(path, it)))
        .map(real::get)
        .toList();
  }

  private static boolean isBelow(Path path, Path other) {
    return !path.equals(other) && path.startsWith(other);
  }

  private void line(BufferedWriter index, FileEntry entry) {
    try {
      index.write(JSON.writeValueAsString(entry));
      index.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (entry.kind() == FileEntry.Kind.FILE && entry.sizeBytes() != null) {
      files++;
      bytes += entry.sizeBytes();
    }
    if (entry.note() != null && notes.size() < NOTES) {
      notes.add("%s: %s".formatted(entry.path(), entry.note()));
    }
  }

  private void store(String name, byte[] content, int length) throws IOException {
    packs.begin(name);
    packs.stored(stores.write(keys.pack(name), name, new ByteArrayInputStream(content, 0, length)));
  }

  /** Readable by this user alone, as temporary files are. */
  private static Path temporary() {
    try {
      return Files.createTempFile("fairlead-files-", ".jsonl");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // in the folder for temporary files, which the system cleans
    }
  }

  /** One line of an index. */
  static FileEntry read(String line) {
    return JSON.readValue(line.getBytes(StandardCharsets.UTF_8), FileEntry.class);
  }
}
