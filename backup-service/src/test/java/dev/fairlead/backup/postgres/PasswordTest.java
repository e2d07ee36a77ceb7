package dev.fairlead.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The password is nowhere to be seen: not among the processes, not in what is stored. */
class PasswordTest {

  @TempDir Path folder;

  @Test
  void isInNoCommandLineAndInNoManifest() throws Exception {
    Neighbours.require("postgres", "pg_dump", "pg_restore");
    SourceDatabase source = SourceDatabase.create("canary").withOrders(20_000);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Thread watcher = Thread.ofPlatform().daemon().start(() -> watch(seen));

    Manifest manifest = workshop.backUp(source.access());
    workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

    watcher.interrupt();
    watcher.join();
    assertThat(seen).anyMatch(line -> line.contains("pg_dump"));
    assertThat(seen).anyMatch(line -> line.contains("pg_restore"));
    assertThat(seen).noneMatch(line -> line.contains(SourceDatabase.password()));
    assertThat(new String(ManifestJson.write(manifest), StandardCharsets.UTF_8))
        .doesNotContain(SourceDatabase.password());
    assertThat(source.access().toString()).doesNotContain(SourceDatabase.password());
  }

  private static void watch(Set<String> seen) {
    while (!Thread.interrupted()) {
      try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
        processes
            .map(process -> process.resolve("cmdline"))
            .filter(Files::isReadable)
            .map(PasswordTest::commandLine)
            .filter(line -> line.contains("pg_"))
            .forEach(seen::add);
      } catch (IOException _) {
        return;
      }
    }
  }

  private static String commandLine(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }
}
