package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    String output = run(documented(), backup, source, copy);

    assertThat(output).contains(manifest.archive().sha256());
    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .containsExactly("2000");
  }

  /** The block between the two markers, which a reader of the page does not see. */
  private static String documented() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "backups.md"));
    String block =
        page.substring(
            page.indexOf("<!-- by-hand:begin -->"), page.indexOf("<!-- by-hand:end -->"));
    return block.substring(block.indexOf("```sh") + 5, block.lastIndexOf("```"));
  }

  private static String run(String script, Path where, SourceDatabase source, String copy)
      throws Exception {
    ProcessBuilder shell =
        new ProcessBuilder(List.of("/bin/sh", "-e", "-c", script))
            .directory(where.toFile())
            .redirectErrorStream(true);
    shell.environment().put("PGHOST", "127.0.0.1");
    shell.environment().put("PGPORT", Integer.toString(source.access().port()));
    shell.environment().put("PGUSER", source.role());
    shell.environment().put("PGPASSWORD", SourceDatabase.password());
    shell.environment().put("NEW_DATABASE", copy);
    Process process = shell.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
