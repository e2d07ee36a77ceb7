package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The database and the files of one moment, together. */
class RestorePointTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-files/staging/main");

  @TempDir Path folder;

  @Test
  void filesAreBackedUpWithTheirDatabaseAndComeBackInPlaceOrBelowAFolder() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("files").withOrders(10);
    Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(RunningService.arguments(folder))) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(ORDERS.value()));

      BackupId backup = backedUp(neighbours);
      assertThat(service.get("/backups/" + backup).body())
          .contains("\"files\":1", uploads.toString());
      service.bean(Reconciliation.class).run();
      Files.writeString(uploads.resolve("invoice"), "lost");

      String below = restored(service, backup, folder.resolve("back"));
      assertThat(below).contains("\"state\":\"completed\"");
      assertThat(folder.resolve("back").resolve(uploads.toString().substring(1)).resolve("invoice"))
          .hasContent("paid");
      assertThat(folder.resolve("back").toFile().list()).as("nothing but the files").hasSize(1);
      assertThat(restored(service, backup, folder.resolve("back")))
          .contains("\"state\":\"failed\"", "exists; name a folder that does not");

      assertThat(restored(service, backup, null)).contains("the replaced one is");
      assertThat(uploads.resolve("invoice")).hasContent("paid");
      try (Stream<Path> kept = Files.list(folder.resolve("srv"))) {
        assertThat(kept.filter(path -> path.toString().contains("uploads_before_")))
            .singleElement()
            .satisfies(path -> assertThat(path.resolve("invoice")).hasContent("lost"));
      }

      oneThatNeverEndsIsGivenUp(service, backup);
      packsGoWithTheLastBackupThatNeedsThem(service, backup);
    }
  }

  private static void oneThatNeverEndsIsGivenUp(RunningService service, BackupId backup) {
    UUID id = UUID.randomUUID();
    service
        .bean(JdbcClient.class)
        .sql(
            "insert into file_restore (id, backup, requested_by, requested_at, state, attempt)"
                + " values (?, ?, 'alice', now(), 'REQUESTED', 8)")
        .params(id, backup.value())
        .update();

    service.bean(FileRestoreRunner.class).run(id);

    assertThat(service.get("/file-restores/" + id).body())
        .contains("\"state\":\"failed\"", "in the middle of it 8 times");
  }

  private void packsGoWithTheLastBackupThatNeedsThem(RunningService service, BackupId backup) {
    Store store = new DiskStore("disk", folder.resolve("store"));
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("update file_pack set used_at = now() - interval '3 days'").update();
    service.bean(PackSweep.class).run();
    assertThat(store.list(BackupKeys.PACKS)).as("still needed").isNotEmpty();

    sql.sql("update backup set state = 'expired' where id = ?").param(backup.value()).update();
    service.bean(PackSweep.class).run();
    assertThat(store.list(BackupKeys.PACKS)).isEmpty();
  }

  @Test
  void theDatabaseAndItsFilesComeBackTogetherOrNotAtAll() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("together").withOrders(10);
    DatabaseId database = new DatabaseId("orders-together/staging/main");
    Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(RunningService.arguments(folder))) {
      neighbours.tell(
          RunningService.manifest(database, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(database.value()));
      BackupId backup = BackupId.random();
      neighbours.tell(new BackupRequested(backup, database, null, null, null, null));
      BackupCompleted completed =
          neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
      source.sql("drop table items");
      Files.writeString(uploads.resolve("invoice"), "spoiled");

      RestoreId together = RestoreId.random();
      neighbours.tell(withFiles(together, database, backup, null));
      RestoreCompleted restored =
          neighbours.await(RestoreCompleted.class, event -> event.restore().equals(together));

      assertThat(source.query("select count(*)::text from items")).containsExactly("10");
      assertThat(uploads.resolve("invoice")).hasContent("paid");
      assertThat(restored.files()).singleElement().asString().contains("the replaced one is");
      assertThat(service.get("/restores/" + together).body()).contains("the replaced one is");

      RestoreId elsewhere = RestoreId.random();
      neighbours.tell(withFiles(elsewhere, database, backup, "a_new_one"));
      assertThat(
              neighbours
                  .await(RestoreFailed.class, event -> event.restore().equals(elsewhere))
                  .detail())
          .contains("files come back in place");

      new DiskStore("disk", folder.resolve("store"))
          .delete(new BackupKeys(database, backup).archive("attempt-1.pgdump.zst.age"));
      Files.writeString(uploads.resolve("invoice"), "spoiled again");
      RestoreId broken = RestoreId.random();
      neighbours.tell(withFiles(broken, database, backup, null));
      neighbours.await(RestoreFailed.class, event -> event.restore().equals(broken));
      assertThat(uploads.resolve("invoice")).as("as it was").hasContent("spoiled again");
      try (Stream<Path> left = Files.list(uploads.getParent())) {
        assertThat(left.filter(path -> path.getFileName().toString().startsWith(".fairlead")))
            .isEmpty();
      }
      assertThat(completed.copies()).hasSize(1);
    }
  }

  @Test
  void aReplacedDatabaseIsKeptAndKnownAlsoWhenTheFilesCannotTakeTheirPlace() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("halfway").withOrders(10);
    DatabaseId database = new DatabaseId("orders-halfway/staging/main");
    Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(RunningService.arguments(folder))) {
      neighbours.tell(
          RunningService.manifest(database, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(database.value()));
      BackupId backup = BackupId.random();
      neighbours.tell(new BackupRequested(backup, database, null, null, null, null));
      neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
      source.sql("delete from items");
      Files.writeString(uploads.resolve("invoice"), "spoiled");

      RestoreId restore = RestoreId.random();
      Path staged = uploads.resolveSibling(".fairlead-%s-uploads".formatted(restore));
      try (Connection creation = creationOfDatabasesWaits()) {
        neighbours.tell(withFiles(restore, database, backup, null));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> source.query("postgres", WAITING).equals(List.of("1")));
        new Tree(staged).delete();
        creation.rollback();
      }
      RestoreFailed failed =
          neighbours.await(RestoreFailed.class, event -> event.restore().equals(restore));

      assertThat(failed.detail()).contains("is restored (the one before it is " + source.name());
      assertThat(uploads.resolve("invoice")).as("as it was").hasContent("spoiled");
      assertThat(source.query("select count(*)::text from items")).containsExactly("10");
      String kept =
          JsonMapper.shared()
              .readTree(service.get("/kept-databases").body())
              .path(0)
              .path("name")
              .asString();
      assertThat(failed.detail()).contains(kept);
      assertThat(source.query(kept, "select count(*)::text from items")).containsExactly("0");
      assertThat(service.get("/restores/" + restore).body())
          .contains("\"state\":\"failed\"", "\"keptAs\":\"%s\"".formatted(kept));
      assertThat(service.delete("/kept-databases/" + restore).body()).contains(kept);
      assertThat(source.databases()).containsExactly(source.name());
    }
  }

  private static final String WAITING =
      "select count(*)::text from pg_stat_activity where wait_event_type = 'Lock' and query ilike"
          + " '%halfway%'";

  /** Sessions may begin meanwhile. */
  private static Connection creationOfDatabasesWaits() throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            Shared.postgres().jdbcUrl("postgres"),
            Shared.postgres().user(),
            Shared.postgres().password());
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("lock table pg_database in exclusive mode");
    }
    return connection;
  }

  private static RestoreRequested withFiles(
      RestoreId id,
      DatabaseId database,
      BackupId backup,
      @org.jspecify.annotations.Nullable String newDatabase) {
    return new RestoreRequested(id, database, backup, null, newDatabase, null, "undo", null, true);
  }

  @Test
  void aFolderThatIsNotThereFailsTheBackup() {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("nofiles").withOrders(1);
    DatabaseId database = new DatabaseId("orders-nofiles/staging/main");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(RunningService.arguments(folder))) {
      neighbours.tell(
          RunningService.manifest(database, source, folder, List.of(folder + "/nowhere")));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(database.value()));
      BackupId id = BackupId.random();

      neighbours.tell(new BackupRequested(id, database, null, null, null, null));

      BackupFailed failed =
          neighbours.await(BackupFailed.class, event -> event.backup().equals(id));
      assertThat(failed.detail()).contains("nowhere are not there");
      assertThat(new DiskStore("disk", folder.resolve("store")).list(database.value())).isEmpty();
    }
  }

  private static BackupId backedUp(Neighbourhood neighbours) {
    BackupId id = BackupId.random();
    neighbours.tell(new BackupRequested(id, ORDERS, null, null, null, null));
    neighbours.await(BackupCompleted.class, event -> event.backup().equals(id));
    return id;
  }

  private static String restored(
      RunningService service, BackupId backup, @org.jspecify.annotations.Nullable Path below) {
    String order =
        below == null
            ? "{\"backup\":\"%s\"}".formatted(backup)
            : "{\"backup\":\"%s\",\"below\":\"%s\"}".formatted(backup, below);
    String id =
        JsonMapper.shared()
            .readTree(service.post("/file-restores", order).body())
            .path("restore")
            .asString();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !service.get("/file-restores/" + id).body().contains("\"requested\""));
    return service.get("/file-restores/" + id).body();
  }
}
