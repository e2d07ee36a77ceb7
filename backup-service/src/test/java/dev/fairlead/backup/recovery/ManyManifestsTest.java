package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.Executables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A store whose manifests are together larger than the memory")
class ManyManifestsTest {

  private static final DatabaseId DATABASE = new DatabaseId("orders/production/main");
  private static final String SHA256 = "\"" + "ab".repeat(32) + "\"";

  /** Some two megabytes of digests each, as of a hundred gigabytes of files. */
  private static final int PARTS = 30_000;

  private static final int BACKUPS = 40;

  @TempDir Path folder;

  @Test
  @DisplayName("is listed, and its newest backup chosen, all the same")
  void listed() throws Exception {
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    for (int n = 0; n < BACKUPS; n++) {
      BackupId backup = BackupId.random();
      store.createOnce(
          new BackupKeys(DATABASE, backup).manifest(),
          manifest(backup, n).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(run()).contains("2026-11-20T02:00:39.500Z").doesNotContain("OutOfMemoryError");
    assertThat(
            run(
                "--database", DATABASE.value(),
                "--files-below", folder.resolve("files").toString(),
                "--identity", "/nowhere"))
        .contains("backup    ", "the data of 2026-11-20T02:00:39.500Z", "cannot be read");
  }

  private static String manifest(BackupId backup, int second) throws IOException {
    try (InputStream stream = Manifest.class.getResourceAsStream("manifest-before-classes.json")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .replace("0193f2b8-7c1e-7a52-9d3e-4f6a8b0c2d1e", backup.toString())
          .replace("02:00:00.500Z", "02:00:%02d.500Z".formatted(second))
          .replace(
              "\"partSha256\" : [ " + SHA256 + " ]",
              "\"partSha256\" : [ " + String.join(", ", Collections.nCopies(PARTS, SHA256)) + " ]");
    }
  }

  private String run(String... arguments) throws Exception {
    Path output = folder.resolve("said");
    List<String> command =
        new ArrayList<>(
            List.of(
                Executables.java().toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Recovery.class.getName(),
                "--from",
                folder.resolve("store").toString()));
    command.addAll(List.of(arguments));
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start()
        .waitFor();
    return Files.readString(output);
  }
}
