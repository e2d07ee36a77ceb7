package dev.fairlead.deployer.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On a full disk, a reserve")
class ReserveTest {

  private static SmallDisk disk;

  @BeforeAll
  static void mount() throws Exception {
    disk = SmallDisk.mount(4);
  }

  @AfterAll
  static void unmount() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  @AfterEach
  void free() throws IOException {
    disk.free();
  }

  @Test
  @DisplayName("replaces files as often as need be, and has room for some new ones")
  void small() throws IOException {
    Path folder = Files.createDirectory(disk.folder().resolve("small"));
    Reserve reserve = new Reserve(folder.resolve("reserve"));
    Path token = folder.resolve("token");
    reserve.write(token, "1".getBytes(UTF_8));
    disk.fill();

    assertThatThrownBy(() -> Durable.write(token, "2".getBytes(UTF_8)))
        .hasMessageContaining("No space left");
    for (int i = 2; i < 100; i++) {
      reserve.write(token, String.valueOf(i).getBytes(UTF_8));
      disk.fill();
    }
    assertThat(token).hasContent("99");
    for (int i = 0; i < 8; i++) {
      reserve.write(folder.resolve("new-" + i), "new".getBytes(UTF_8));
      disk.fill();
    }
    assertThat(folder.resolve("new-7")).hasContent("new");
  }

  @Test
  @DisplayName("is no place for large files, fails when it is used up, and is whole again later")
  void usedUp() throws IOException {
    Path folder = Files.createDirectory(disk.folder().resolve("used-up"));
    Reserve reserve = new Reserve(folder.resolve("reserve"));
    disk.fill();

    assertThatThrownBy(() -> reserve.write(folder.resolve("large"), new byte[9000]))
        .hasMessageContaining("No space left");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 50; i++) {
                reserve.write(folder.resolve("new-" + i), new byte[5000]);
                disk.fill();
              }
            })
        .hasMessageContaining("No space left");

    disk.free();
    reserve.write(folder.resolve("last"), new byte[1]);
    try (Stream<Path> files = Files.list(folder.resolve("reserve"))) {
      assertThat(files).hasSize(16);
    }
  }
}
