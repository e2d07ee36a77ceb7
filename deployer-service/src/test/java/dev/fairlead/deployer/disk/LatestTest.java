package dev.fairlead.deployer.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of a folder of which the latest are kept")
class LatestTest {

  @TempDir private Path folder;

  @Test
  @DisplayName("the oldest go, whatever they are called, with all they hold and nothing else")
  void oldest() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "stays");
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path old = Files.createDirectories(kept.resolve("9-old/within"));
    Files.writeString(old.resolve("log"), "long ago");
    Files.createSymbolicLink(old.resolve("link"), elsewhere);
    written(kept.resolve("9-old"), 1);
    written(Files.writeString(kept.resolve("0-new"), "new"), 3);
    written(Files.writeString(kept.resolve("5-middle"), "middle"), 2);

    Latest.keep(kept, 2);

    assertThat(kept.toFile().list()).containsExactlyInAnyOrder("0-new", "5-middle");
    assertThat(elsewhere.resolve("precious")).exists();
  }

  @Test
  @DisplayName("all stay while they are few")
  void few() throws Exception {
    Files.writeString(folder.resolve("one"), "1");

    Latest.keep(folder, 1);

    assertThat(folder.resolve("one")).exists();
  }

  private static void written(Path path, int hour) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Samples.NOON.plusSeconds(3600L * hour)));
  }
}
