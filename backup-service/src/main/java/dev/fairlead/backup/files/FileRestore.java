package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

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
    } catch (JacksonException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NullPointerException e) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the index of the files is none that was written for a backup: " + e.getMessage(),
          "restore the files of another backup",
          e);
    }
  }

  private Map<Path, Path> extract(Path lines, Function<Path, Path> target) throws IOException {
    IndexRoots roots = new IndexRoots(files.roots());
    read(lines, entry -> roots.see(FileExtractor.required(entry)));
    Extraction extraction = new Extraction(roots.outermost(), files.roots(), target);
    read(lines, extraction::put);
    extraction.finish();
    return extraction.done;
  }

  private interface EntryConsumer {
    void accept(FileEntry entry) throws IOException;
  }

  private static void read(Path lines, EntryConsumer consumer) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(lines)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        consumer.accept(FileArchive.read(line));
      }
    }
  }

  /** Links come after the last file of the last root: nothing is written through one. */
  private final class Extraction {

    private final Set<Path> roots;
    private final RepeatedRoots repeated;
    private final Function<Path, Path> target;
    private final Map<Path, Path> done = new LinkedHashMap<>();
    private final List<FileExtractor> extractors = new ArrayList<>();
    private @Nullable Path root;
    private @Nullable FileExtractor extractor;

    Extraction(Set<Path> roots, List<String> named, Function<Path, Path> target) {
      this.roots = roots;
      this.repeated = new RepeatedRoots(named);
      this.target = target;
    }

    void put(FileEntry entry) throws IOException {
      Path path = FileExtractor.required(entry);
      if (IndexRoots.begins(path, root)) {
        root = path;
        repeated.begin();
        extractor = roots.contains(path) && !done.containsKey(path) ? begun(path) : null;
      } else if (repeated.has(path)) {
        return;
      }
      if (extractor != null) {
        extractor.put(entry);
      }
    }

    private FileExtractor begun(Path path) {
      Path place = target.apply(path);
      done.put(path, place);
      FileExtractor begun = new FileExtractor(path, place, FileRestore.this::pack);
      extractors.add(begun);
      return begun;
    }

    void finish() throws IOException {
      for (FileExtractor each : extractors) {
        each.finish();
      }
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
    PackBuffer.requirePossible(archive.dumpBytes()); // else no copy is to blame
    PackBuffer[] last = new PackBuffer[1];
    copies.read(
        keys.pack(name), archive, identity, () -> last[0] = new PackBuffer(archive.dumpBytes()));
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
