package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.files.Attic.Archived;
import dev.fairlead.backup.files.FileEntry.Kind;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An index that somebody else wrote")
@InSecondLane
class ForgedIndexTest {

  private static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path folder;
  private final Staging staging = new Staging(UUID.randomUUID(), Instant.EPOCH);
  private Attic attic;
  private Path below;
  private Path elsewhere;

  @BeforeEach
  void prepare() throws IOException {
    Neighbours.require("postgres");
    attic = new Attic(folder.resolve("store"));
    below = folder.resolve("below");
    elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
  }

  @AfterEach
  void close() {
    if (attic != null) {
      attic.close();
    }
  }

  @Test
  @DisplayName("writes nothing through a link of another root")
  void throughALink() throws IOException {
    Archived forged =
        attic.forged(
            List.of("/srv/a", "/srv/b", "/srv/a/x/evil"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/a/x", Kind.LINK, elsewhere.toString()),
            entry("/srv/b", Kind.FOLDER, null),
            entry("/srv/a/x/evil", Kind.FILE, null));

    restore(forged);

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(below.resolve("srv/a/x")).isSymbolicLink();
    assertThat(below.resolve("srv/b")).isEmptyDirectory();
  }

  @Test
  @DisplayName("makes no link behind another link")
  void linkBehindALink() throws IOException {
    Archived forged =
        attic.forged(
            List.of("/srv/a"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/a/x", Kind.LINK, elsewhere.toString()),
            entry("/srv/a/x/evil", Kind.LINK, "/etc/shadow"));

    assertThatThrownBy(() -> restore(forged))
        .satisfies(corrupt())
        .hasMessageContaining("/srv/a/x/evil lies behind the link ");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  @DisplayName("brings no roots that its manifest does not name")
  void moreRoots() throws IOException {
    Archived forged =
        attic.forged(
            List.of("/srv/a"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/b", Kind.FOLDER, null));

    assertThatThrownBy(() -> restore(forged))
        .satisfies(corrupt())
        .hasMessage("the index has files of /srv/b; its manifest names [/srv/a]");
    assertThat(below).doesNotExist();
  }

  @Test
  @DisplayName("may be an older one of ours that has a root within another twice")
  void nested() throws IOException {
    Archived older =
        attic.forged(
            List.of("/srv/a/inner", "/srv/a"),
            entry("/srv/a/inner", Kind.FOLDER, null),
            entry("/srv/a/inner/x", Kind.LINK, "b"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/a/inner", Kind.FOLDER, null),
            entry("/srv/a/inner/x", Kind.LINK, "b"));

    restore(older);

    assertThat(below.resolve("srv/a/inner/x")).isSymbolicLink();
  }

  @Test
  @DisplayName("may be an older one of ours that has it a second time after the other")
  void nestedAfterwards() throws IOException {
    Archived older =
        attic.forged(
            List.of("/srv/a", "/srv/a/inner", "/srv/a/last"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/a/inner", Kind.FOLDER, null),
            entry("/srv/a/inner/file", Kind.FILE, null),
            entry("/srv/a/inner/x", Kind.LINK, "file"),
            entry("/srv/a/last", Kind.FILE, null),
            entry("/srv/a/inner", Kind.FOLDER, null),
            entry("/srv/a/inner/file", Kind.FILE, null),
            entry("/srv/a/inner/x", Kind.LINK, "file"),
            entry("/srv/a/last", Kind.FILE, null));

    restore(older);

    assertThat(below.resolve("srv/a/inner/x"))
        .isSymbolicLink()
        .hasSameBinaryContentAs(below.resolve("srv/a/last"));
  }

  @Test
  @DisplayName("has nothing a second time but what its manifest names")
  void twice() throws IOException {
    Archived forged =
        attic.forged(
            List.of("/srv/a"),
            entry("/srv/a", Kind.FOLDER, null),
            entry("/srv/a/file", Kind.FILE, null),
            entry("/srv/a/file", Kind.FILE, null));

    assertThatThrownBy(() -> restore(forged)).isInstanceOf(BackupFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../../srv/data", "/srv/app/../data", "srv/data", "/", "/srv/./app"})
  @DisplayName("is refused before a place is emptied for an entry that leads elsewhere")
  void leadsElsewhere(String path) throws IOException {
    Path precious = Files.createDirectories(folder.resolve("srv/data"));
    Archived forged = attic.forged(List.of("/srv/app"), entry(path, Kind.FOLDER, null));

    assertThatThrownBy(() -> restore(forged))
        .hasMessageContaining("the entry '%s' is no absolute path".formatted(path));

    assertThat(precious).exists();
    assertThat(below).doesNotExist();
  }

  @Test
  @DisplayName("is said to be none where it makes no sense")
  void senseless() throws IOException {
    FileEntry entry =
        new FileEntry("/srv/a", Kind.FOLDER, "mode", null, null, null, null, null, null, null);
    Archived forged = attic.forged(List.of("/srv/a"), entry);

    assertThatThrownBy(() -> restore(forged)).satisfies(corrupt());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Integer.MAX_VALUE, Long.MAX_VALUE})
  @DisplayName("or a manifest that claims packs of impossible sizes is refused as such")
  void impossiblePack(long bytes) throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    Files.writeString(files.resolve("a"), "content");
    Archived archived = attic.archive(files);

    assertThatThrownBy(() -> restore(archived.claiming(bytes)))
        .satisfies(corrupt())
        .hasMessageContaining("a pack of files is said to have");
  }

  private void restore(Archived archived) {
    attic.restore(archived, root -> staging.below(below, root));
  }

  private static Consumer<Throwable> corrupt() {
    return failure ->
        assertThat(failure)
            .isInstanceOfSatisfying(
                BackupFailure.class,
                it -> assertThat(it.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH));
  }

  /** An empty file, if it is one. */
  private static FileEntry entry(String path, Kind kind, @Nullable String target) {
    return new FileEntry(path, kind, null, null, null, 0L, EMPTY_SHA256, target, null, null);
  }
}
