package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings the files of one backup back, each archived folder to a place that is still free. */
final class FileRestore {

  /** Neighbouring files mostly share packs; so many are held decompressed, of some 16 MB each. */
  private static final int PACKS_HELD = 3;

  private final FileCopies copies;
  private final AgeIdentity identity;
  private final BackupKeys keys;
  private final Manifest.Files files;
  private final Map<String, Manifest.Archive> packs;
  private final Map<String, byte[]> held =
      new LinkedHashMap<>(8, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
          return size() > PACKS_HELD;
        }
      };

  FileRestore(FileCopies copies, AgeIdentity identity, BackupKeys keys, Manifest.Files files) {
    this.copies = copies;
    this.identity = identity;
    this.keys = keys;
    this.files = files;
    this.packs =
        files.packs().stream().collect(Collectors.toMap(Manifest.Archive::name, pack -> pack));
  }

  /**
   * @param target for each archived folder where to put it; its parent exists. It is asked of no
   *     path but absolute ones that are the same when normalized, and not of the root
   * @return what was put where, complete and compared with its digests
   * @throws BackupFailure when it cannot be read or written; then the targets are not to be used
   */
  Map<Path, Path> run(Function<Path, Path> target) {
    try {
      Path lines = Files.createTempFile("fairlead-files-", ".jsonl");
      try {
        copies.read(keys.archive(files.index().name()), files.index(), identity, () -> sink(lines));
        return extract(lines, target);
      } finally {
        Files.deleteIfExists(lines);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "the files could not be restored: " + e.getMessage(),
          "check room and rights at the target",
          e);
    }
  }

  private Map<Path, Path> extract(Path lines, Function<Path, Path> target) throws IOException {
    Map<Path, Path> done = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(lines)) {
      Path top = null;
      @Nullable FileExtractor extractor = null;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        FileEntry entry = FileArchive.read(line);
        Path path = FileExtractor.required(entry);
        if (extractor == null || top == null || !path.startsWith(top)) {
          finish(extractor);
          top = path;
          Path place = target.apply(top);
          done.put(top, place);
          extractor = new FileExtractor(top, place, this::pack);
        }
        extractor.put(entry);
      }
      finish(extractor);
    }
    return done;
  }

  private static void finish(@Nullable FileExtractor extractor) throws IOException {
    if (extractor != null) {
      extractor.finish();
    }
  }

  private byte[] pack(String name) {
    byte[] known = held.get(name);
    if (known != null) {
      return known;
    }
    Manifest.Archive archive = packs.get(name);
    if (archive == null) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the manifest names no pack " + name,
          "restore the files of another backup");
    }
    ByteArrayOutputStream[] last = new ByteArrayOutputStream[1];
    copies.read(
        keys.pack(name),
        archive,
        identity,
        () -> last[0] = new ByteArrayOutputStream((int) archive.dumpBytes()));
    byte[] bytes = last[0].toByteArray();
    held.put(name, bytes);
    return bytes;
  }

  private static OutputStream sink(Path file) {
    try {
      return Files.newOutputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
