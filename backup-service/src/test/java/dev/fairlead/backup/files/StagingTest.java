package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Restored files take their place")
class StagingTest {

  private static final UUID RESTORE = UUID.fromString("00000000-0000-4000-8000-000000abcdef");

  @TempDir Path folder;
  private final Staging staging = new Staging(RESTORE, Instant.EPOCH);
  private Path uploads;
  private Path before;

  @BeforeEach
  void live() throws IOException {
    uploads = with("live", Files.createDirectory(folder.resolve("uploads")));
    before = folder.resolve("uploads_before_19700101_000000_abcdef");
  }

  @Test
  @DisplayName("once: an attempt that comes later leaves them, and what they replaced, alone")
  void once() throws IOException {
    assertThat(staging.swap(uploads, ready(staging))).endsWith("the replaced one is " + before);
    with("written since", uploads);

    assertThat(staging.swap(uploads, ready(staging))).endsWith("the replaced one is " + before);

    assertThat(uploads.resolve("file")).hasContent("written since");
    assertThat(before.resolve("file")).hasContent("live");
    staging.forget(List.of(uploads));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("uploads", before.toFile().getName());
  }

  @Test
  @DisplayName("also when the application made its folder again after the old one was set aside")
  void madeAgainBetweenTheMoves() throws IOException {
    Files.move(uploads, before);
    with("made again", Files.createDirectory(uploads));

    staging.swap(uploads, ready(staging));

    assertThat(uploads.resolve("file")).hasContent("restored");
    assertThat(before.resolve("file")).hasContent("live");
    assertThat(folder.resolve(before.getFileName() + "_2/file")).hasContent("made again");
  }

  @Test
  @DisplayName("beside those of another restore of the same second")
  void sameSecond() throws IOException {
    Staging other =
        new Staging(UUID.fromString("00000000-0000-4000-8000-000000123456"), Instant.EPOCH);
    staging.swap(uploads, ready(staging));

    assertThat(other.swap(uploads, ready(other))).contains("_123456");

    assertThat(before.resolve("file")).hasContent("live");
    assertThat(folder.resolve("uploads_before_19700101_000000_123456/file")).hasContent("restored");
  }

  @Test
  @DisplayName("and it is known which did, by whatever name, also of an attempt that was killed")
  void changed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    Path logo = Files.createFile(folder.resolve("logo"));
    Path other = Files.createFile(folder.resolve("other"));
    List<Path> places = List.of(other, uploads, link.resolve("uploads"), logo);
    assertThat(staging.changed(places)).isEmpty();
    staging.swap(uploads, ready(staging));
    Path aside = folder.resolve("logo_before_19700101_000000_abcdef");
    Files.move(logo, aside);

    assertThat(new Staging(RESTORE, Instant.EPOCH).changed(places))
        .containsExactly(
            "what was %s is %s".formatted(logo, aside),
            "%s restored, the replaced one is %s".formatted(uploads, before));

    assertThat(new Staging(UUID.randomUUID(), Instant.EPOCH).changed(places)).isEmpty();
  }

  @Test
  @DisplayName("or what was there stays")
  void nothingToTakeIt() throws IOException {
    assertThatThrownBy(() -> staging.swap(uploads, folder.resolve("lost")))
        .isInstanceOf(NoSuchFileException.class);

    assertThat(uploads.resolve("file")).hasContent("live");
  }

  @Test
  @DisplayName(
      "below a new folder, from where a restore that fails takes only what it has put there")
  void discardedBelow() throws IOException {
    Path below = folder.resolve("back");
    with("restored", Files.createDirectory(staging.below(below, Path.of("/srv/uploads"))));
    Files.writeString(staging.below(below, Path.of("/srv/logo")), "restored");

    assertThat(staging.discardBelow(below)).isTrue();
    assertThat(below).doesNotExist();

    with("restored", Files.createDirectory(staging.below(below, Path.of("/srv/uploads"))));
    Files.writeString(below.resolve("srv/by hand"), "of somebody");
    assertThat(new Staging(UUID.randomUUID(), Instant.EPOCH).discardBelow(below))
        .as("that of another restore")
        .isTrue();
    assertThat(below.resolve("srv/uploads/file")).hasContent("restored");
    assertThat(staging.discardBelow(below)).isTrue();
    assertThat(below.resolve("srv/by hand")).hasContent("of somebody");
    assertThat(below.resolve("srv/uploads")).doesNotExist();
    assertThat(below.toFile().list()).containsExactly("srv");
  }

  private Path ready(Staging made) throws IOException {
    return with("restored", Files.createDirectory(made.beside(uploads)));
  }

  private static Path with(String content, Path folder) throws IOException {
    Files.writeString(folder.resolve("file"), content);
    return folder;
  }
}
