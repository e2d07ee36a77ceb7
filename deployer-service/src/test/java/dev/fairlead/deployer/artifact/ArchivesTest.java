package dev.fairlead.deployer.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Archives")
class ArchivesTest {

  @TempDir private Path folder;

  @Test
  @DisplayName("are named by the SHA-256 of their bytes")
  void digest() throws Exception {
    Path zip = zip(Map.of("orders.jar", "code"));

    Artifact.Archive archive = archives().resolve(zip);

    assertThat(archive.digest().value()).isEqualTo("sha256:" + sha256sum(zip));
    assertThat(archives().find(archive.digest())).contains(archive);
  }

  @Test
  @DisplayName("can be unpacked after their origin is gone")
  void originGone() throws Exception {
    Path zip = zip(Map.of("orders.jar", "code", "migrations/V1__first.sql", "select 1;"));
    ArtifactDigest digest = archives().resolve(zip).digest();
    Files.delete(zip);

    Path unpacked = archives().unpack(archives().find(digest).orElseThrow());

    assertThat(unpacked.resolve("orders.jar")).hasContent("code");
    assertThat(unpacked.resolve("migrations/V1__first.sql")).hasContent("select 1;");
    assertThat(Files.getPosixFilePermissions(unpacked.resolve("orders.jar"))).hasSize(3);
  }

  @Test
  @DisplayName("that nobody needs are removed, unless they were resolved a moment ago")
  void pruned() throws Exception {
    Artifact.Archive needed = archives().resolve(zip(Map.of("a", "1")));
    Artifact.Archive old = archives().resolve(zip(Map.of("a", "2")));
    Path unpacked = archives().unpack(old);
    Instant now = Instant.now();

    assertThat(archives().prune(Set.of(needed.digest()), now.minusSeconds(3600))).isEmpty();
    assertThat(archives().prune(Set.of(needed.digest()), now.plusSeconds(1)))
        .containsExactly(old.digest());

    assertThat(archives().find(needed.digest())).isPresent();
    assertThat(archives().find(old.digest())).isEmpty();
    assertThat(unpacked).doesNotExist();
  }

  @Test
  @DisplayName("are unpacked once, also when many ask at a time")
  void concurrently() throws Exception {
    Artifact.Archive archive = archives().resolve(zip(Map.of("a", "1", "b/c", "2")));
    Callable<Path> unpack = () -> archives().unpack(archive);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Path> folders =
          threads.invokeAll(Stream.generate(() -> unpack).limit(16).toList()).stream()
              .map(future -> future.resultNow())
              .distinct()
              .toList();

      assertThat(folders).hasSize(1);
      assertThat(folders.getFirst().resolve("b/c")).hasContent("2");
    }
    try (Stream<Path> left = Files.list(folder.resolve("store/unpacked"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  @DisplayName("may not write outside of their folder")
  void zipSlip() throws Exception {
    Artifact.Archive archive = archives().resolve(zip(Map.of("../../evil", "x")));

    assertThatThrownBy(() -> archives().unpack(archive))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("it is unsafe or damaged")
        .hasMessageContaining("evil");
    assertNothingUnpacked();
  }

  @Test
  @DisplayName("may not fill the disk")
  void tooLarge() throws Exception {
    Archives small = new Archives(folder.resolve("store"), new ArchiveLimits(1_000, 10));
    Artifact.Archive large = small.resolve(zip(Map.of("zeros", "0".repeat(100_000))));
    Artifact.Archive many = small.resolve(zip(numbered(20)));

    assertThatThrownBy(() -> small.unpack(large))
        .hasMessageContaining("it unpacks to more than the allowed 1000 bytes");
    assertThatThrownBy(() -> small.unpack(many))
        .hasMessageContaining("it holds more than the allowed 10 files");
    assertNothingUnpacked();
  }

  @Test
  @DisplayName("that were altered in the store are not unpacked")
  void altered() throws Exception {
    Artifact.Archive archive = archives().resolve(zip(Map.of("a", "1")));
    Files.write(archive.file(), Files.readAllBytes(zip(Map.of("a", "2"))));

    assertThatThrownBy(() -> archives().unpack(archive))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("the stored copy was altered");
  }

  @Test
  @DisplayName("that cannot be used say what to do")
  void unusable() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.txt"), "no zip");

    assertThatThrownBy(() -> archives().resolve(folder.resolve("absent.zip")))
        .hasMessage(
            "artifact %s cannot be used: there is no such file; build the archive, or correct the path in the manifest"
                .formatted(folder.resolve("absent.zip")));
    assertThatThrownBy(() -> archives().resolve(text))
        .hasMessageContaining("it is not a zip archive")
        .hasMessageContaining("build it again");
  }

  @Test
  @DisplayName("leave nothing for ever when copying or unpacking one was killed")
  void leftovers() throws Exception {
    archives().unpack(archives().resolve(zip(Map.of("a", "1"))));
    Path part = Files.writeString(folder.resolve("store/packed/.archive.0b1e.part"), "half");
    Path tree = Files.createDirectories(folder.resolve("store/unpacked/.ab.0b1e.part/sub"));

    archives().prune(Set.of(), Instant.now().minusSeconds(3600));
    assertThat(part).as("perhaps still being written").exists();
    archives().prune(Set.of(), Instant.now().plusSeconds(3600));
    assertThat(folder.resolve("store/packed")).isEmptyDirectory();
    assertThat(tree).doesNotExist();
    assertNothingUnpacked();
  }

  private Archives archives() {
    return new Archives(folder.resolve("store"));
  }

  private void assertNothingUnpacked() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("store/unpacked"))) {
      assertThat(left).isEmpty();
    }
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  private static Map<String, String> numbered(int count) {
    Map<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      files.put("file" + i, "");
    }
    return files;
  }

  private Path zip(Map<String, String> files) throws IOException {
    Path zip = Files.createTempFile(folder, "archive", ".zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        entries.putNextEntry(new ZipEntry(file.getKey()));
        entries.write(file.getValue().getBytes(StandardCharsets.UTF_8));
        entries.closeEntry();
      }
    }
    return zip;
  }

  private static String sha256sum(Path file) throws Exception {
    Process process = new ProcessBuilder("sha256sum", file.toString()).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
        .substring(0, 64);
  }
}
