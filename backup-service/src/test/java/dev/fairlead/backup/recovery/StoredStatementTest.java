package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a drill stated")
class StoredStatementTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-stated/production/main");

  @TempDir Path folder;

  @Test
  @DisplayName(
      "lies beside the backup, comes back with a lost catalogue, and counts only where our key signed it")
  void survivesTheCatalogue() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("stated").withOrders(50);
    BackupId backup = BackupId.random();
    BackupKeys keys = new BackupKeys(ORDERS, backup);
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    String statement;
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(RunningService.arguments(folder))) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(ORDERS.value()));
      neighbours.tell(new BackupRequested(backup, ORDERS, null, null, null, ProofLevel.DRILLED));
      String key =
          await().atMost(Duration.ofMinutes(1)).until(() -> keyIn(store, keys), k -> !k.isEmpty());
      statement = String.valueOf(known(service, backup).statement());
      assertThat(folder.resolve("store").resolve(key)).hasContent(statement);

      store.delete(key);
      assertThat(service.get("/reconciliation").body()).contains("statement is not beside it");
      service.bean(Reconciliation.class).run();
      assertThat(keyIn(store, keys)).isEqualTo(key);
      assertThat(service.get("/reconciliation").body()).doesNotContain(backup.toString());
    }

    assertThat(printed(backup)).contains(statement, "\"archiveSha256\":");
    assertThat(printed(BackupId.random())).contains("has no backup");

    try (RunningService afterLoss = RunningService.start(RunningService.arguments(folder))) {
      afterLoss.bean(Reconciliation.class).run();
      assertThat(known(afterLoss, backup).proof()).isEqualTo(ProofLevel.DRILLED);
      assertThat(known(afterLoss, backup).statement()).isEqualTo(statement);
    }
    Files.delete(folder.resolve("key.pem"));
    try (RunningService withOtherKey = RunningService.start(RunningService.arguments(folder))) {
      withOtherKey.bean(Reconciliation.class).run();
      assertThat(known(withOtherKey, backup).proof()).isNotEqualTo(ProofLevel.DRILLED);
    }
  }

  private static String keyIn(DiskStore store, BackupKeys keys) {
    List<String> found =
        store.list(keys.folder()).stream()
            .map(StoredObject::key)
            .filter(BackupKeys::isStatement)
            .toList();
    return found.isEmpty() ? "" : found.getFirst();
  }

  private static Backup known(RunningService service, BackupId backup) {
    return service.bean(Backups.class).find(backup).orElseThrow();
  }

  private String printed(BackupId backup) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Recovery.run(
        new String[] {
          "--from", folder.resolve("store").toString(), "--backup", backup.toString(), "--statement"
        },
        Map.of(),
        stream,
        stream);
    return out.toString(StandardCharsets.UTF_8);
  }
}
