package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.DeploymentId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log of a build")
class BuildLogsTest {

  private static final DeploymentId DEPLOYMENT = DeploymentId.random();

  @TempDir private Path folder;

  @Test
  @DisplayName("can be read whole while it is written, up to the last character")
  void whileWritten() throws Exception {
    BuildLogs logs = new BuildLogs(folder);
    try (BoundedLog log = logs.append(DEPLOYMENT)) {
      log.write("\u00e4".repeat(8_191));
      log.write("\u2713 done\n");

      assertThat(text(logs)).hasSize(8_191 + "\u2713 done\n".length()).endsWith("\u2713 done\n");
    }
  }

  @Test
  @DisplayName("ends at 8 MB with a line that says so, also when it is continued")
  void bounded() throws Exception {
    BuildLogs logs = new BuildLogs(folder);
    String mebibyte = "x".repeat(1 << 20);
    for (int part = 0; part < 2; part++) {
      try (BoundedLog log = logs.append(DEPLOYMENT)) {
        for (int i = 0; i < 12; i++) {
          log.write(mebibyte);
        }
      }
    }

    assertThat(Files.size(folder.resolve(DEPLOYMENT + ".log"))).isLessThan((8 << 20) + 100);
    assertThat(text(logs)).endsWith("x\n[the rest is left out: the log of a build ends at 8 MB]\n");
  }

  @Test
  @DisplayName("is kept while it is among the latest hundred, whatever the id of its deployment")
  void latest() throws Exception {
    FileTime longAgo = FileTime.from(Instant.EPOCH);
    for (int i = 0; i < 120; i++) {
      Files.setLastModifiedTime(Files.createFile(folder.resolve("f-%d.log".formatted(i))), longAgo);
    }
    Path newest = Files.createFile(folder.resolve("0-newest.log"));

    new BuildLogs(folder).append(DEPLOYMENT).close();

    assertThat(newest).exists();
    assertThat(folder.toFile().list()).hasSize(100).contains(DEPLOYMENT + ".log");
  }

  @Test
  @DisplayName("is absent where nothing was built")
  void absent() {
    assertThat(new BuildLogs(folder).open(DEPLOYMENT)).isEmpty();
  }

  private static String text(BuildLogs logs) throws Exception {
    try (InputStream log = logs.open(DEPLOYMENT).orElseThrow()) {
      return new String(log.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
