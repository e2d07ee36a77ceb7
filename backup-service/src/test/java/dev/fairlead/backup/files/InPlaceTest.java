package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Files come back in place")
class InPlaceTest {

  @TempDir Path folder;

  @Test
  @DisplayName("only below what the applied manifest names, whatever a backup says")
  void onlyWhatIsNamed() {
    InPlace places = InPlace.of(List.of("/srv/app/uploads"));

    assertThatCode(() -> places.require(Path.of("/srv/app/uploads/2026")))
        .doesNotThrowAnyException();
    for (String path : List.of("/srv/app", "/srv/data", "/srv/app/uploads-of-others")) {
      assertThatThrownBy(() -> places.require(Path.of(path)))
          .hasMessageContaining("%s, which the manifest does not name".formatted(path))
          .hasMessageContaining("/srv/app/uploads");
    }
  }

  @Test
  @DisplayName("where a named link leads, for that is what was archived")
  void behindALink() throws IOException {
    Path real = Files.createDirectory(folder.toRealPath().resolve("releases"));
    Path link = Files.createSymbolicLink(folder.resolve("current"), real);

    assertThatCode(() -> InPlace.of(List.of(link.toString())).require(real))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("but not behind a link in it that somebody made since")
  void behindALinkInIt() throws IOException {
    Path uploads = Files.createDirectory(folder.toRealPath().resolve("uploads"));
    Files.createSymbolicLink(uploads.resolve("door"), Path.of("/etc"));

    assertThatThrownBy(
            () -> InPlace.of(List.of(uploads.toString())).require(uploads.resolve("door/cron.d")))
        .hasMessageContaining("which the manifest does not name");
  }

  @Test
  @DisplayName("except where a file system is mounted: that cannot be renamed, so nothing begins")
  void aMountPoint() {
    assertThatThrownBy(() -> InPlace.of(List.of("/proc")).require(Path.of("/proc")))
        .hasMessageContaining("/proc is a file system of its own");
  }
}
