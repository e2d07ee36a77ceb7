package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of uploads, caches and sessions lose files at every moment. */
@DisplayName("What is removed while files are archived")
class FileArchiverTest {

  @TempDir Path folder;
  private Path root;
  private final List<FileEntry> entries = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    root = Files.createDirectory(folder.toRealPath().resolve("files"));
    Files.createDirectories(root.resolve("m/inner"));
    for (String name : List.of("a", "b", "m/inner/c", "z")) {
      Files.writeString(root.resolve(name), "content of " + name);
    }
    Files.createSymbolicLink(root.resolve("n"), Path.of("b"));
  }

  @Test
  @DisplayName("is passed over where nothing of it was read: a file, a link")
  void beforeItIsRead() {
    archive(after("/a", "b", "n"), _ -> {});

    assertThat(entries)
        .extracting(FileEntry::path)
        .containsExactly(paths("", "/a", "/m", "/m/inner", "/m/inner/c", "/z"));
    assertThat(entries).extracting(FileEntry::note).containsOnlyNulls();
  }

  @Test
  @DisplayName("is archived as it was, with a note, when it was being read")
  void whileItIsRead() {
    archive(_ -> {}, during(2, "b"));

    assertThat(entries)
        .extracting(FileEntry::path)
        .containsExactly(paths("", "/a", "/b", "/m", "/m/inner", "/m/inner/c", "/n", "/z"));
    assertThat(entries.get(2).sizeBytes()).isEqualTo("content of b".length());
    assertThat(entries)
        .filteredOn(entry -> entry.note() != null)
        .singleElement()
        .isEqualTo(entries.get(2).withNote("it was removed while it was read"));
  }

  @Test
  @DisplayName("may be a folder, with all that is in it")
  void folder() {
    archive(after("/m", "m"), _ -> {});

    assertThat(entries)
        .extracting(FileEntry::path)
        .containsExactly(paths("", "/a", "/b", "/m", "/n", "/z"));
  }

  @Test
  @DisplayName("may be a folder of which a file is being read")
  void folderUnderWay() throws IOException {
    Files.writeString(root.resolve("m/inner/d"), "content of d");

    archive(_ -> {}, during(3, "m"));

    assertThat(entries)
        .extracting(FileEntry::path)
        .containsExactly(paths("", "/a", "/b", "/m", "/m/inner", "/m/inner/c", "/n", "/z"));
  }

  @Test
  @DisplayName("is a failure when it is all that was to be archived")
  void everything() {
    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> archive(after("/a", ""), _ -> {}));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.EMPTY_RESULT);
    assertThat(failure.detail()).contains(root + " are not there");
  }

  private String[] paths(String... below) {
    return Stream.of(below).map(each -> root + each).toArray(String[]::new);
  }

  private void archive(Consumer<FileEntry> atEntry, IntConsumer atFile) {
    ChunkMemory memory = new EmptyMemory(atFile);
    PackWriter packs = new PackWriter(memory, (name, bytes, length) -> {});
    Consumer<FileEntry> heard = entries::add;
    new FileArchiver(memory, packs, Set.of(), heard.andThen(atEntry)).add(root);
  }

  /** Once this one is archived. */
  private Consumer<FileEntry> after(String path, String... removed) {
    return entry -> removeIf(entry.path().equals(root + path), removed);
  }

  /**
   * While this file is read.
   *
   * @param number of files so far
   */
  private IntConsumer during(int number, String... removed) {
    return read -> removeIf(read == number, removed);
  }

  private void removeIf(boolean now, String... removed) {
    if (!now) {
      return;
    }
    try {
      for (String each : removed) {
        new Tree(root.resolve(each)).delete();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each file has a chunk of its own, and is told when that is looked up. */
  private static final class EmptyMemory implements ChunkMemory {

    private final IntConsumer looked;
    private int count;

    EmptyMemory(IntConsumer looked) {
      this.looked = looked;
    }

    @Override
    public byte[] secret() {
      return new byte[32];
    }

    @Override
    public Optional<Piece> find(String chunk) {
      looked.accept(++count);
      return Optional.empty();
    }

    @Override
    public void remember(Map<String, Piece> pieces) {}
  }
}
