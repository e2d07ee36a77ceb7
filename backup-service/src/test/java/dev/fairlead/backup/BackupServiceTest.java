package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as its neighbours see it: facts in, facts out, and HTTP. */
class BackupServiceTest {

  private static RunningService service;
  private static SourceDatabase source;
  private static final DatabaseId ORDERS =
      new DatabaseId(
          "orders-%s/staging/main".formatted(UUID.randomUUID().toString().substring(0, 8)));

  @BeforeAll
  static void start(@TempDir Path folder) {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("service").withOrders(500);
    service = RunningService.start(folder, Map.of());
    String[] parts = ORDERS.value().split("/");
    service.tell(
        new ApplicationApplied(
            new ApplicationName(parts[0]),
            new EnvironmentName(parts[1]),
            "0".repeat(64),
            null,
            List.of(),
            List.of(
                new Database(
                    ORDERS,
                    "127.0.0.1",
                    source.access().port(),
                    source.name(),
                    source.role(),
                    RunningService.passwordIn(folder),
                    null,
                    null)),
            Map.of()));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aRequestOnTheBusEndsInOneCompletedAndVerifiedBackup() {
    BackupId id = BackupId.random();
    DeploymentId deployment = DeploymentId.random();
    BackupRequested request = new BackupRequested(id, ORDERS, deployment, null, "before migration");

    service.tell(request);
    service.tell(request);

    BackupCompleted completed =
        service.awaitEvent(BackupCompleted.class, event -> event.backup().equals(id));
    service.awaitEvent(BackupVerified.class, event -> event.backup().equals(id));
    assertThat(completed.deployment()).isEqualTo(deployment);
    assertThat(completed.rows()).isEqualTo(1_000);
    assertThat(completed.copies()).hasSize(1);
    assertThat(service.events(BackupCompleted.class))
        .filteredOn(event -> event.backup().equals(id))
        .hasSize(1);
    assertThat(service.get("/backups/" + id).body())
        .contains("\"state\":\"completed\"", "\"proof\":\"read-back\"");
  }

  @Test
  void aPersonRequestsABackupAndRestoresItInPlace() {
    assertThat(service.post("/backups", "{\"database\":\"%s\"}".formatted(ORDERS)).statusCode())
        .isEqualTo(202);
    service.awaitEvent(BackupCompleted.class, event -> event.database().equals(ORDERS));
    source.sql("create table written_after_the_backup (id int)");
    RestoreId restore = RestoreId.random();

    service.tell(new RestoreRequested(restore, ORDERS, null, null, null, null, "undo"));

    RestoreCompleted completed =
        service.awaitEvent(RestoreCompleted.class, event -> event.restore().equals(restore));
    assertThat(completed.restoredInto()).isEqualTo(source.name());
    assertThat(source.query("select to_regclass('written_after_the_backup')::text"))
        .containsExactly((String) null);
    assertThat(
            source.query(
                String.valueOf(completed.keptAs()),
                "select to_regclass('written_after_the_backup')::text"))
        .containsExactly("written_after_the_backup");
    assertThat(service.get("/restores/" + restore).body()).contains("\"state\":\"completed\"");
  }

  @Test
  void aDatabaseThatNoManifestNamesFailsAndSaysWhatToDo() {
    BackupId id = BackupId.random();

    service.tell(new BackupRequested(id, new DatabaseId("nobody/staging/main"), null, null, null));

    BackupFailed failed =
        service.awaitEvent(BackupFailed.class, event -> event.backup().equals(id));
    assertThat(failed.reason()).isEqualTo(BackupFailureReason.UNKNOWN_DATABASE);
    assertThat(failed.advice()).contains("fairlead apply");
    assertThat(service.post("/backups", "{\"database\":\"nobody/staging/main\"}").statusCode())
        .isEqualTo(404);
  }
}
