package dev.fairlead.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.CommandLines;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    try (CommandLines seen = CommandLines.watch()) {
      Manifest manifest = workshop.backUp(source.access());
      workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

      assertThat(seen.all()).anyMatch(line -> line.contains("pg_dump"));
      assertThat(seen.all()).anyMatch(line -> line.contains("pg_restore"));
      assertThat(seen.all()).noneMatch(line -> line.contains(SourceDatabase.password()));
      assertThat(new String(ManifestJson.write(manifest), StandardCharsets.UTF_8))
          .doesNotContain(SourceDatabase.password());
    }
    assertThat(source.access().toString()).doesNotContain(SourceDatabase.password());
  }
}
