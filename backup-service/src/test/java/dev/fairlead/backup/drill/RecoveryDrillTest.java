package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RecoveryDrillFailed;
import dev.fairlead.events.BackupEvent.RecoveryDrilled;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("Recovery from the farthest store alone")
class RecoveryDrillTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-recovery/production/main");

  @TempDir Path folder;

  @Test
  @DisplayName(
      "is drilled as if the local copies were gone, and an event says when it does not work")
  void fromTheBucket() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("recovery").withOrders(80);
    Path uploads = Files.createDirectories(folder.resolve("uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    String bucket = Buckets.fresh();
    List<String> arguments = RunningService.arguments(folder);
    arguments.addAll(withBucket(bucket));
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(ORDERS.value()));
      BackupId backup = BackupId.random();
      neighbours.tell(new BackupRequested(backup, ORDERS, null, null, null, null));
      BackupCompleted completed =
          neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
      assertThat(completed.copies()).hasSize(2);
      // The two drills would be in each other's way.
      neighbours.await(
          BackupVerified.class,
          event -> event.backup().equals(backup) && event.level() == ProofLevel.DRILLED);
      DiskStore disk = new DiskStore("disk", folder.resolve("store"));
      disk.list("").forEach(object -> disk.delete(object.key()));

      RecoveryDrillRounds rounds = service.bean(RecoveryDrillRounds.class);
      rounds.drill(ORDERS);

      RecoveryDrilled drilled =
          neighbours.await(RecoveryDrilled.class, event -> event.database().equals(ORDERS));
      assertThat(drilled.store()).isEqualTo("s3");
      assertThat(drilled.rowsCompared()).isEqualTo(160);
      assertThat(service.get("/recovery-drills").body())
          .contains("\"store\":\"s3\"", backup.toString());
      assertThat(folder.resolve("drills").toFile().list()).as("nothing is left").isEmpty();

      overdueIsTold(neighbours, service, rounds);
      isOrdered(service, rounds);
      givenUp(neighbours, service, rounds);

      S3Store s3 =
          Buckets.store(
              Buckets.server().endpoint(), bucket, Buckets.server().credentials().secretKey());
      nothingForeignIsRun(neighbours, service, rounds, new StoredBackups(s3), backup);
      s3.list(BackupKeys.PACKS).forEach(pack -> s3.delete(pack.key()));
      rounds.drill(ORDERS);
      assertThat(failed(neighbours, ".files/").backup()).isEqualTo(backup);
      s3.delete(new BackupKeys(ORDERS, backup).manifest());
      rounds.drill(ORDERS);
      assertThat(failed(neighbours, "has no backup").advice()).contains("reconcile");
    }
  }

  private static void overdueIsTold(
      Neighbourhood neighbours, RunningService service, RecoveryDrillRounds rounds) {
    service
        .bean(JdbcClient.class)
        .sql(
            "update recovery_drill set succeeded_at = now() - interval '10 days', attempted_at = now()")
        .update();
    rounds.run();
    assertThat(failed(neighbours, "was last shown").database()).isEqualTo(ORDERS);
  }

  private static void isOrdered(RunningService service, RecoveryDrillRounds rounds) {
    String order = "{\"database\":\"%s\"}".formatted(ORDERS);
    JdbcClient sql = service.bean(JdbcClient.class);

    assertThat(service.post("/recovery-drills", order).statusCode()).isEqualTo(202);

    assertThat(service.get("/recovery-drills").body())
        .as("what worked before stays")
        .contains("succeededAt", "\"recoveryMillis\"")
        .doesNotContain("attemptedAt\":\"");
    rounds.run();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> service.get("/recovery-drills").body().contains("attemptedAt\":\""));
    sql.sql("update known_database set drill = 'NEVER' where id = ?")
        .param(ORDERS.value())
        .update();
    assertThat(service.post("/recovery-drills", order).statusCode()).isEqualTo(409);
    sql.sql("update known_database set drill = null where id = ?").param(ORDERS.value()).update();
    String unknown = order.replace("orders-recovery", "nobody");
    assertThat(service.post("/recovery-drills", unknown).statusCode()).isEqualTo(404);
  }

  /** A drill that ends the service is not begun again for ever. */
  private static void givenUp(
      Neighbourhood neighbours, RunningService service, RecoveryDrillRounds rounds) {
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("update recovery_drill set attempt = 4").update();
    rounds.drill(ORDERS);
    assertThat(failed(neighbours, "in the middle of it 4 times").backup()).isNull();
    assertThat(sql.sql("select attempt from recovery_drill").query(Integer.class).single())
        .isZero();
  }

  private static void nothingForeignIsRun(
      Neighbourhood neighbours,
      RunningService service,
      RecoveryDrillRounds rounds,
      StoredBackups stored,
      BackupId backup) {
    Manifest genuine = stored.manifest(new BackupKeys(ORDERS, backup)).orElseThrow();
    Manifest foreign =
        forged(genuine, BackupId.random(), genuine.source().snapshotAt().plusSeconds(60));
    stored.publish(foreign);
    rounds.drill(ORDERS);
    assertThat(failed(neighbours, "that the catalogue does not know").advice())
        .contains("fairlead backup reconcile");
    service.bean(Reconciliation.class).run();
    rounds.drill(ORDERS);
    assertThat(failed(neighbours, "our key did not sign backup " + foreign.backup()).advice())
        .contains("find out who wrote it");
    stored.store().delete(new BackupKeys(ORDERS, foreign.backup()).manifest());

    stored.store().delete(new BackupKeys(ORDERS, backup).manifest());
    stored.publish(forged(genuine, backup, genuine.source().snapshotAt().plusSeconds(60)));
    rounds.drill(ORDERS);
    assertThat(failed(neighbours, "is not the one of the catalogue").advice())
        .contains("fairlead backup run");
    stored.store().delete(new BackupKeys(ORDERS, backup).manifest());
    stored.publish(genuine);
  }

  private static Manifest forged(Manifest genuine, BackupId id, Instant snapshot) {
    Manifest.Source source = genuine.source();
    return new Manifest(
        genuine.format(),
        id,
        genuine.database(),
        genuine.deployment(),
        genuine.requestedAt(),
        genuine.completedAt(),
        new Manifest.Source(
            source.name(),
            source.oid(),
            source.systemIdentifier(),
            source.serverVersion(),
            source.serverVersionNumber(),
            snapshot,
            source.lsn(),
            source.properties()),
        genuine.archive(),
        genuine.tables(),
        genuine.tools(),
        genuine.retentionClass(),
        genuine.otherContent(),
        genuine.files(),
        genuine.notes(),
        genuine.signature(),
        null);
  }

  private static RecoveryDrillFailed failed(Neighbourhood neighbours, String detail) {
    return neighbours.await(
        RecoveryDrillFailed.class,
        event -> event.database().equals(ORDERS) && event.detail().contains(detail));
  }

  private List<String> withBucket(String bucket) throws Exception {
    Path secret =
        Files.writeString(folder.resolve("s3-secret"), Buckets.server().credentials().secretKey());
    return List.of(
        "--fairlead.backup.s3.endpoint=" + Buckets.server().endpoint(),
        "--fairlead.backup.s3.bucket=" + bucket,
        "--fairlead.backup.s3.prefix=backups",
        "--fairlead.backup.s3.access-key=" + Buckets.server().credentials().accessKey(),
        "--fairlead.backup.s3.secret-key=secret:file:" + secret);
  }
}
