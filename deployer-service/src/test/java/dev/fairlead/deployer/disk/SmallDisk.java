package dev.fairlead.deployer.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few megabytes that can be filled to the last byte. */
public final class SmallDisk implements AutoCloseable {

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Skips the test where nothing can be mounted. */
  public static SmallDisk mount(int megabytes) throws Exception {
    Neighbours.require("mount");
    Neighbours.require(
        "root", System.getProperty("user.name").equals("root"), "only root can mount a disk");
    Path folder = Files.createTempDirectory("small-disk-");
    int mounted =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=%dm".formatted(megabytes),
            "tmpfs",
            folder.toString());
    if (mounted != 0) {
      Files.delete(folder);
    }
    Neighbours.require("mount", mounted == 0, "nothing can be mounted here");
    return new SmallDisk(folder);
  }

  public Path folder() {
    return folder;
  }

  /** Nothing more can be written. */
  public void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("fill"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /** Takes away what {@link #fill} has written. */
  public void free() throws IOException {
    Files.deleteIfExists(folder.resolve("fill"));
  }

  @Override
  public void close() throws Exception {
    assertThat(run("umount", folder.toString())).isZero();
    Files.delete(folder);
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
