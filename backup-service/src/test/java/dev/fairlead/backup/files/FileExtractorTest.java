package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.files.FileEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever can write an index must not thereby write anywhere. */
class FileExtractorTest {

  private static final byte[] EVIL = "evil".getBytes();
  private static final String SHA256 =
      "b5c1fb2efc6d6b4674c2fdcc48ce01b43a3b7c03763c0c3355de0099ee0f8c73";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv/app/../../etc/evil",
        "/etc/evil",
        "evil",
        "/srv/app/./evil",
        "/srv/application"
      })
  void anEntryOutsideOfItsRootIsRefused(String path) {
    assertThatThrownBy(() -> extractor().put(entry(path, Kind.FILE, null)))
        .hasMessageMatching("the entry '.*' (does not lie below /srv/app|is no absolute path .*)");
    assertThat(folder.resolve("etc")).doesNotExist();
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    FileExtractor extractor = extractor();
    extractor.put(entry("/srv/app", Kind.FOLDER, null));
    extractor.put(entry("/srv/app/door", Kind.LINK, elsewhere.toString()));

    assertThatThrownBy(
            () -> {
              extractor.put(entry("/srv/app/door/evil", Kind.FILE, null));
              extractor.finish();
            })
        .isInstanceOf(IOException.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void noLinkIsMadeBehindOneThatOnlyTheDiskKnows() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    FileExtractor extractor = extractor();
    extractor.put(entry("/srv/app", Kind.FOLDER, null));
    extractor.put(entry("/srv/app/door/evil", Kind.LINK, "/etc/shadow"));
    Files.createSymbolicLink(folder.resolve("target/door"), elsewhere);

    assertThatThrownBy(extractor::finish).hasMessageContaining("lies behind another link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void contentThatIsNotWhatItsEntrySaysIsRefused() throws IOException {
    FileExtractor extractor =
        new FileExtractor(Path.of("/srv/app"), folder.resolve("target"), name -> "good".getBytes());
    extractor.put(entry("/srv/app", Kind.FOLDER, null));

    assertThatThrownBy(() -> extractor.put(entry("/srv/app/file", Kind.FILE, null)))
        .hasMessageContaining("its entry says");
  }

  private FileExtractor extractor() {
    return new FileExtractor(Path.of("/srv/app"), folder.resolve("target"), name -> EVIL);
  }

  private static FileEntry entry(String path, Kind kind, @Nullable String target) {
    return new FileEntry(
        path,
        kind,
        null,
        null,
        null,
        4L,
        SHA256,
        target,
        List.of(new Piece("pack", 0, EVIL.length)),
        null);
  }
}
