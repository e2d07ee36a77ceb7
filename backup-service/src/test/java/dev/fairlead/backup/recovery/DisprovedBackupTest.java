package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.retention.RetentionRounds;
import dev.fairlead.backup.scrub.ScrubRounds;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A backup of which a drill restored other rows than its snapshot held")
class DisprovedBackupTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "counts as none, however good its bytes are, also with a new catalogue, until a drill proves it")
  void countsAsNone() throws Exception {
    Neighbours.require("postgres", "pg_dump", "initdb");
    SourceDatabase source = SourceDatabase.create("disproved").withOrders(20);
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop = new Workshop(store).withKey(folder.resolve("key.pem"));
    Files.writeString(folder.resolve("identity.txt"), workshop.identityFile());
    BackupId good = workshop.backUp(source.access()).backup();
    BackupId bad = withRowsOfBefore(workshop, source, store);

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments()).compared()) {
      neighbours.tell(RunningService.manifest(Workshop.DATABASE, source, folder));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> service.get("/databases").body().contains(Workshop.DATABASE.value()));
      Backups catalogue = service.bean(Backups.class);
      BackupEntries entries = service.bean(BackupEntries.class);
      entries.drilled(good, 1_000, "stated before");
      entries.drilled(bad, 1_000, "stated before");

      service.post("/backups/%s/drill".formatted(bad), "");
      neighbours.await(BackupDrillFailed.class, event -> event.backup().equals(bad));
      neighbours.await(
          BackupCorrupted.class,
          event -> event.backup().equals(bad) && event.detail().contains("items"));
      assertThat(service.bean(ScrubRounds.class).look(bad, "disk")).as("its bytes").isEmpty();

      assertThat(service.get("/backups/" + bad).body())
          .contains("\"disproved\":\"what a drill restored differs");
      assertThat(catalogue.find(bad).map(Backup::proof)).contains(ProofLevel.READ_BACK);
      assertThat(catalogue.newestProved(Workshop.DATABASE)).map(Backup::id).contains(good);
      assertThat(restoredNewest(neighbours, service, source)).isEqualTo(good);
      assertThat(service.bean(RetentionRounds.class).judge())
          .extracting(RetentionRounds.Judgement::verdict)
          .contains(new Verdict.Keep(good, "the newest good one"));

      Path stated = disproof(service, bad);
      await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(stated));
      Files.delete(stated);
      service.bean(JdbcClient.class).sql("update backup set disproof = null").update();
      service.bean(Reconciliation.class).run();
      assertThat(stated).as("signed again, where a store had not got it").exists();
      assertThat(catalogue.find(bad).orElseThrow().disproof())
          .extracting(Disproof::signed)
          .isEqualTo(Files.readString(stated));
    }

    assertThat(listedByHand(bad)).endsWith("DISPROVED by a drill");
    assertThat(listedByHand(good)).doesNotContain("DISPROVED");
    assertThat(byHand("--backup", bad.toString(), "--files-below", folder.resolve("f").toString()))
        .contains("trusted   key ", "disproved a drill found other data");

    try (RunningService afterLoss = RunningService.start(arguments())) {
      afterLoss.bean(Reconciliation.class).run();
      Backups catalogue = afterLoss.bean(Backups.class);
      assertThat(catalogue.find(bad).map(Backup::disproof)).isPresent();

      afterLoss.bean(BackupEntries.class).drilled(bad, 1_000, "stated after");

      assertThat(catalogue.find(bad).map(Backup::disproof)).isEmpty();
      assertThat(catalogue.newestProved(Workshop.DATABASE)).map(Backup::id).contains(bad);
      assertThat(catalogue.find(bad).map(Backup::proof)).contains(ProofLevel.DRILLED);
    }
  }

  private Path disproof(RunningService service, BackupId backup) {
    Backup known = service.bean(Backups.class).find(backup).orElseThrow();
    Disproof disproof = Objects.requireNonNull(known.disproof());
    return folder
        .resolve("store")
        .resolve(new BackupKeys(known.database(), backup).disproof(disproof.at()));
  }

  /** What its bytes hold is newer than what its manifest says, which our key signed. */
  private BackupId withRowsOfBefore(Workshop workshop, SourceDatabase source, DiskStore store)
      throws IOException {
    Manifest before = workshop.backUp(source.access());
    remove(store, before);
    source.sql("update items set sku = 'other' where order_id = 7");
    Manifest after = workshop.backUp(source.access());
    Manifest wrong =
        new Manifest(
            after.format(),
            after.backup(),
            after.database(),
            after.deployment(),
            after.requestedAt(),
            after.completedAt(),
            after.source(),
            after.archive(),
            before.tables(),
            after.tools(),
            after.retentionClass(),
            after.otherContent(),
            after.files(),
            after.notes(),
            null,
            null);
    StatementKey key = StatementKey.parse(Files.readString(folder.resolve("key.pem")));
    store.replace(
        new BackupKeys(after.database(), after.backup()).manifest(),
        ManifestJson.write(ManifestSignature.signed(wrong, key)));
    return after.backup();
  }

  private static void remove(DiskStore store, Manifest manifest) {
    store
        .list(new BackupKeys(manifest.database(), manifest.backup()).folder())
        .forEach(object -> store.delete(object.key()));
  }

  private String listedByHand(BackupId backup) {
    return byHand()
        .lines()
        .filter(line -> line.startsWith(backup.toString()))
        .findFirst()
        .orElse("not listed");
  }

  private String byHand(String... more) {
    List<String> line =
        new ArrayList<>(List.of("--from", folder.resolve("store").toString(), "--key"));
    line.addAll(List.of(folder.resolve("key.pem").toString(), "--identity"));
    line.addAll(List.of(folder.resolve("identity.txt").toString(), "--database"));
    line.add(Workshop.DATABASE.value());
    line.addAll(List.of(more));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Recovery.run(line.toArray(String[]::new), Map.of(), stream, stream);
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<String> arguments() {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    arguments.add("--fairlead.backup.recovery-drill.every=0s");
    arguments.add("--fairlead.backup.schedule=0 0 0 29 2 *");
    arguments.add("--fairlead.backup.disk.keep-last=1");
    return arguments;
  }

  private static BackupId restoredNewest(
      Neighbourhood neighbours, RunningService service, SourceDatabase source) {
    String into = source.name() + "_newest";
    service.post(
        "/restores",
        "{\"database\":\"%s\",\"newDatabase\":\"%s\"}".formatted(Workshop.DATABASE, into));
    return neighbours
        .await(RestoreCompleted.class, event -> into.equals(event.restoredInto()))
        .backup();
  }
}
