package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.restore.LeftDatabases;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The service as its neighbours see it: facts in, facts out, and HTTP. */
class BackupServiceTest {

  /** New in every run: the broker still tells what an earlier run asked for. */
  private static final DatabaseId ORDERS =
      new DatabaseId("orders-bus-%08x/staging/main".formatted(new Random().nextInt()));

  private static Neighbourhood neighbours;
  private static RunningService service;
  private static SourceDatabase source;

  @BeforeAll
  static void start(@TempDir Path folder) {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("service").withOrders(500);
    neighbours = new Neighbourhood();
    service = RunningService.start(RunningService.arguments(folder));
    neighbours.tell(RunningService.manifest(ORDERS, source, folder));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> service.get("/databases").body().contains(ORDERS.value()));
  }

  @AfterAll
  static void stop() {
    service.close();
    neighbours.close();
  }

  @Test
  void aRequestOnTheBusEndsInOneCompletedAndVerifiedBackup() {
    BackupId id = BackupId.random();
    DeploymentId deployment = DeploymentId.random();
    BackupRequested request =
        new BackupRequested(id, ORDERS, deployment, null, "before migration", null);

    neighbours.tell(request);
    neighbours.tell(request);

    BackupCompleted completed =
        neighbours.await(BackupCompleted.class, event -> event.backup().equals(id));
    BackupVerified drilled =
        neighbours.await(
            BackupVerified.class,
            event -> event.backup().equals(id) && event.level() == ProofLevel.DRILLED);
    assertThat(drilled.rowsCompared()).isEqualTo(1_000);
    assertThat(service.get("/statement-key").body()).contains("BEGIN PUBLIC KEY");
    assertThat(completed.deployment()).isEqualTo(deployment);
    assertThat(completed.rows()).isEqualTo(1_000);
    assertThat(completed.copies()).hasSize(1);
    assertThat(neighbours.heard(BackupCompleted.class))
        .filteredOn(event -> event.backup().equals(id))
        .hasSize(1);
    assertThat(service.get("/backups/" + id).body())
        .contains(
            "\"state\":\"completed\"",
            "\"proof\":\"drilled\"",
            "\"retentionClass\":\"release\"",
            String.valueOf(drilled.statement()));
    assertThat(service.get("/drills/" + id).body()).contains("\"state\":\"proved\"");
  }

  @Test
  void aPersonRequestsABackupAndRestoresItInPlace() {
    assertThat(service.post("/backups", "{\"database\":\"%s\"}".formatted(ORDERS)).statusCode())
        .isEqualTo(202);
    neighbours.await(BackupCompleted.class, event -> event.database().equals(ORDERS));
    assertThat(service.get("/backups").body()).contains("\"retentionClass\":\"on-demand\"");
    source.sql("create table written_after_the_backup (id int)");
    RestoreId restore = RestoreId.random();

    neighbours.tell(
        new RestoreRequested(restore, ORDERS, null, null, null, null, "undo", null, null));

    RestoreCompleted completed =
        neighbours.await(RestoreCompleted.class, event -> event.restore().equals(restore));
    assertThat(completed.restoredInto()).isEqualTo(source.name());
    assertThat(source.query("select to_regclass('written_after_the_backup')::text"))
        .containsExactly((String) null);
    assertThat(
            source.query(
                String.valueOf(completed.keptAs()),
                "select to_regclass('written_after_the_backup')::text"))
        .containsExactly("written_after_the_backup");
    assertThat(service.get("/restores/" + restore).body()).contains("\"state\":\"completed\"");
    String kept = String.valueOf(completed.keptAs());
    RestoreId again = RestoreId.random();
    neighbours.tell(
        new RestoreRequested(again, ORDERS, null, null, null, null, "once more", null, null));
    RestoreCompleted second =
        neighbours.await(RestoreCompleted.class, event -> event.restore().equals(again));
    assertThat(second.keptAs()).as("the first one keeps its name").isNotEqualTo(kept);
    assertThat(service.get("/kept-databases").body())
        .contains(kept, String.valueOf(second.keptAs()));
    assertThat(source.query(kept, "select to_regclass('written_after_the_backup')::text"))
        .containsExactly("written_after_the_backup");
    assertThat(service.delete("/kept-databases/" + restore).body()).contains(kept);
    assertThat(source.databases()).doesNotContain(kept);
    assertThat(service.get("/kept-databases").body())
        .as("the second one's name may begin as the first one's does")
        .doesNotContain("\"" + kept + "\"");
  }

  @Test
  void aDatabaseThatNoManifestNamesFailsAndSaysWhatToDo() {
    BackupId id = BackupId.random();

    neighbours.tell(
        new BackupRequested(id, new DatabaseId("nobody/staging/main"), null, null, null, null));

    BackupFailed failed = neighbours.await(BackupFailed.class, event -> event.backup().equals(id));
    assertThat(failed.reason()).isEqualTo(BackupFailureReason.UNKNOWN_DATABASE);
    assertThat(failed.advice()).contains("fairlead apply");
    assertThat(service.post("/backups", "{\"database\":\"nobody/staging/main\"}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void whatAFailedRestoreLeftIsSweptAndNothingElse() {
    RestoreId failed = RestoreId.random();
    RestoreId running = RestoreId.random();
    RestoreId renamed = RestoreId.random();
    RestoreId unknown = RestoreId.random();
    RestoreId done = RestoreId.random();
    noted(failed, "failed", oidOf(made(left(failed))));
    noted(running, "restoring", oidOf(made(left(running))));
    noted(renamed, "failed", oidOf(made(source.name() + "_in_use")));
    noted(unknown, "failed", oidOf(made(left(unknown))) - 1);
    noted(done, "failed", oidOf(source.name()));
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("update restore set server = ? where id in (?, ?)")
        .params(serverOf(source.name()), unknown.value(), done.value())
        .update();

    service.bean(LeftDatabases.class).sweep();

    assertThat(source.databases())
        .doesNotContain(left(failed), left(unknown))
        .contains(source.name(), source.name() + "_in_use", left(running));
    assertThat(
            sql.sql("select id from restore where temporary_gone_at is null and id in (?, ?)")
                .params(unknown.value(), done.value())
                .query(UUID.class)
                .list())
        .as("nor is one that is gone, or took the name after all, looked for again")
        .isEmpty();
    sql.sql("delete from restore where state = 'restoring'").update();
  }

  @Test
  void aDatabaseThatWasKeptIsDroppedOnlyWhereItIsThatOne() {
    RestoreId restore = RestoreId.random();
    String kept = made(source.name() + "_kept");
    JdbcClient sql = service.bean(JdbcClient.class);
    noted(restore, "completed", 1);
    sql.sql("update restore set kept_as = ?, kept_oid = ?, server = '42' where id = ?")
        .params(kept, oidOf(kept), restore.value())
        .update();

    assertThat(service.delete("/kept-databases/" + restore).body())
        .contains("is a database of server 42");
    sql.sql("update restore set server = null, kept_oid = kept_oid - 1 where id = ?")
        .param(restore.value())
        .update();
    assertThat(service.delete("/kept-databases/" + restore).statusCode()).isEqualTo(409);
    assertThat(source.databases()).contains(kept);
    assertThat(service.get("/kept-databases").body()).contains(kept);

    sql.sql("update restore set kept_oid = kept_oid + 1 where id = ?")
        .param(restore.value())
        .update();
    assertThat(service.delete("/kept-databases/" + restore).statusCode()).isEqualTo(200);
    assertThat(source.databases()).doesNotContain(kept);
  }

  @Test
  void aKeptDatabaseWhoseServerIsNoMoreCanBeForgotten() {
    RestoreId restore = RestoreId.random();
    noted(restore, "completed", 1);
    service
        .bean(JdbcClient.class)
        .sql("update restore set kept_as = 'lost', kept_oid = 1, server = '42' where id = ?")
        .param(restore.value())
        .update();

    assertThat(service.delete("/kept-databases/" + restore).body()).contains("--forget");
    assertThat(service.post("/kept-databases/%s/forget".formatted(restore), "{}").statusCode())
        .isEqualTo(200);
    assertThat(service.get("/kept-databases").body()).doesNotContain("\"lost\"");
  }

  private static String left(RestoreId restore) {
    String id = restore.toString();
    return "%s_restoring_%s".formatted(source.name(), id.substring(id.length() - 12));
  }

  private static String made(String database) {
    source.asSuperuser("create database \"%s\" owner %s".formatted(database, source.role()));
    return database;
  }

  private static long oidOf(String database) {
    return Long.parseLong(
        source
            .query(
                "postgres",
                "select oid::text from pg_database where datname = '%s'".formatted(database))
            .getFirst());
  }

  private static String serverOf(String database) {
    return source
        .query(database, "select system_identifier::text from pg_control_system()")
        .getFirst();
  }

  private static void noted(RestoreId restore, String state, long temporaryOid) {
    service
        .bean(JdbcClient.class)
        .sql(
            "insert into restore (id, database, requested_at, state, temporary_oid)"
                + " values (?, ?, now(), ?, ?)")
        .params(restore.value(), ORDERS.toString(), state, temporaryOid)
        .update();
  }
}
