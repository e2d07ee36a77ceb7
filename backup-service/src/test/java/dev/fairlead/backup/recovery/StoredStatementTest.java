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
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
      Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
      Files.writeString(uploads.resolve("invoice"), "paid");
      neighbours.tell(RunningService.manifest(ORDERS, source, folder, List.of(uploads.toString())));
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
    filesComeBackBelowAFolderOfChoice();

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

  /** On a machine that has the store and two files, and no service. */
  private void filesComeBackBelowAFolderOfChoice() throws IOException {
    Path below = folder.resolve("machine");
    String[] recovery = {
      "--from", folder.resolve("store").toString(),
      "--database", ORDERS.value(),
      "--files-below", below.toString(),
      "--identity", folder.resolve("identity.txt").toString(),
      "--key", folder.resolve("key.pem").toString()
    };

    assertThat(run(recovery)).contains("trusted   key", "files     1 below " + below);
    Path invoice = folder.toRealPath().resolve("srv/uploads/invoice");
    assertThat(below.resolve(invoice.toString().substring(1))).hasContent("paid");
    assertThat(run(recovery)).contains("is not empty");

    try (Stream<Path> packs = Files.walk(folder.resolve("store/.files"))) {
      for (Path pack : packs.filter(Files::isRegularFile).toList()) {
        Files.writeString(pack, "rotten");
      }
    }
    recovery[5] = folder.resolve("another").toString();
    assertThat(run(recovery)).contains("no store has .files/", "has 6 bytes");
    assertThat(folder.resolve("another")).doesNotExist();
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
    return run(
        "--from", folder.resolve("store").toString(), "--backup", backup.toString(), "--statement");
  }

  private static String run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Recovery.run(arguments, Map.of(), stream, stream);
    return out.toString(StandardCharsets.UTF_8);
  }
}
