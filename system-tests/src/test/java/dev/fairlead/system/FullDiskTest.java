package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** On a small file system of its own. */
@DisplayName("A disk that fills up")
class FullDiskTest {

  private static final int OFFSET = 7_000;
  private static final Duration LONG = Duration.ofMinutes(4);

  private static Path disk;
  private static Path home;
  private static FairleadCommand fairlead;

  @BeforeAll
  static void mount() throws Exception {
    Neighbours.require("pg_dump", "mount");
    Neighbours.require(
        "root", System.getProperty("user.name").equals("root"), "only root can mount a disk");
    // Where PostgreSQL's user gets in, so that the databases are on this disk as well.
    disk = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-disk-");
    Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwx--x--x"));
    int mounted = run("mount", "-t", "tmpfs", "-o", "size=900m,mode=711", "tmpfs", "" + disk);
    if (mounted != 0) {
      Files.delete(disk);
    }
    Neighbours.require("mount", mounted == 0, "nothing can be mounted here");
    home = Files.createDirectory(disk.resolve("home"));
    fairlead = new FairleadCommand(home, OFFSET);
  }

  @AfterAll
  static void unmount() throws Exception {
    if (fairlead == null) {
      return;
    }
    free();
    fairlead.run(LONG, "down").succeeded();
    assertThat(Leftovers.of(home)).isEmpty();
    assertThat(run("umount", disk.toString())).isZero();
    Files.delete(disk);
  }

  @Test
  @DisplayName("during up is the one thing that is said, and nothing is half made or left running")
  void duringUp() throws Exception {
    Path out = Files.createTempFile("full-disk", ".out");
    Path err = Files.createTempFile("full-disk", ".err");
    Process up = fairlead.start(out, err, "up");
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(home.resolve("secrets/tokens.yaml")));
    fill();

    assertThat(up.waitFor(LONG.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    String said = Files.readString(err);
    assertThat(up.exitValue()).as(said).isEqualTo(1);
    assertThat(said.lines().filter(line -> line.startsWith("error: ")))
        .as(said)
        .singleElement()
        .asString()
        .startsWith("error: the disk of %s is full".formatted(home));
    assertThat(said).contains("→ free disk space, then: fairlead up").doesNotContain("\tat ");
    assertThat(Leftovers.of(home)).isEmpty();
    try (Stream<Path> files =
        Stream.concat(Files.list(home.resolve("secrets")), Files.list(home.resolve("tokens")))) {
      assertThat(files)
          .filteredOn(file -> !file.endsWith("tokens.lock"))
          .allSatisfy(file -> assertThat(file).isNotEmptyFile());
    }
  }

  private static void fill() throws IOException {
    fill(disk.resolve("fill"), 1 << 20);
    fill(disk.resolve("fill-the-rest"), 4096);
  }

  private static void fill(Path file, int step) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[step]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void free() throws IOException {
    Files.deleteIfExists(disk.resolve("fill"));
    Files.deleteIfExists(disk.resolve("fill-the-rest"));
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
