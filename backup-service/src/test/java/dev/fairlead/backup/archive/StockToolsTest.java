package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Documented;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/backups.md, as they stand there: a backup needs no Fairlead to be opened.
 */
class StockToolsTest {

  @TempDir Path folder;

  @Test
  void theDocumentedCommandsRestoreABackup() throws Exception {
    Neighbours.require("postgres", "pg_dump", "age", "zstd", "pg_restore", "sha256sum");
    SourceDatabase source = SourceDatabase.create("stock").withOrders(2_000);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    String copy = source.name() + "_by_hand";
    source.sql("postgres", "create database " + copy);
    Path backup = folder.resolve(new BackupKeys(manifest.database(), manifest.backup()).folder());
    Files.writeString(backup.resolve("age-identity.txt"), workshop.identityFile());

    String output =
        Documented.run(
            Documented.commands("backups.md", "by-hand"),
            backup,
            Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(source.access().port()),
                "PGUSER", source.role(),
                "PGPASSWORD", SourceDatabase.password(),
                "NEW_DATABASE", copy));

    assertThat(output).contains(manifest.archive().sha256());
    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .containsExactly("2000");
  }
}
