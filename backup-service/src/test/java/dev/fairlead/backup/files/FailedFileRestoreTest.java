package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.restore.RestoreRunner;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A restore of files that fails")
class FailedFileRestoreTest {

  /** A name that can be staged and set aside, and is too long for the mark that it was taken. */
  private static final String NO_MARK_FITS = "x".repeat(206);

  @TempDir Path folder;

  private SourceDatabase source;
  private Path uploads;
  private Path last;
  private Neighbourhood neighbours;
  private RunningService service;
  private DatabaseId database;
  private BackupId backup;

  @BeforeEach
  void backedUp() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("failedfiles").withOrders(5);
    database = RunningService.freshId(source);
    uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    last = Files.createDirectories(folder.resolve("srv2")).toRealPath().resolve(NO_MARK_FITS);
    Files.writeString(last, "logo");
    neighbours = new Neighbourhood();
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    service = RunningService.start(arguments);
    neighbours.tell(
        RunningService.manifest(
            database, source, folder, List.of(uploads.toString(), last.toString())));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> service.get("/databases").body().contains(database.value()));
    backup = BackupId.random();
    neighbours.tell(new BackupRequested(backup, database, null, null, null, null));
    neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
      neighbours.close();
    }
  }

  @Test
  @DisplayName("leaves nothing behind: not what it fetched, nor what an attempt before it did")
  void leavesNothing() throws IOException {
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    store.list(BackupKeys.PACKS).forEach(pack -> store.delete(pack.key()));

    assertThat(restored(null)).contains("\"state\":\"failed\"", "is not there");
    assertThat(staged()).isEmpty();
    for (int time = 0; time < 2; time++) {
      assertThat(restored(folder.resolve("back"))).contains("is not there");
      assertThat(folder.resolve("back")).doesNotExist();
    }
    neighbours.await(
        BackupCorrupted.class,
        event -> event.backup().equals(backup) && event.detail().contains("is not there"));

    store.delete(new BackupKeys(database, backup).archive(BackupKeys.filesName(1)));
    UUID killed = UUID.randomUUID();
    stage(killed);
    requestedBefore(killed);
    service.bean(FileRestoreRunner.class).run(killed);
    assertThat(service.get("/file-restores/" + killed).body()).contains("\"failed\"");
    assertThat(staged()).isEmpty();

    stage(killed);
    Path unknown = stage(UUID.randomUUID());
    service.bean(StagedLeftovers.class).sweep();
    assertThat(staged()).containsExactly(unknown);
  }

  @Test
  @DisplayName("in the middle of it says which folders are others by now, and where theirs are")
  void saysWhatIsDone() throws IOException {
    Files.writeString(uploads.resolve("invoice"), "live");

    String shown = restored(null);

    assertThat(uploads.resolve("invoice")).hasContent("paid");
    assertThat(shown)
        .contains("\"failed\"", "could not take their places", "File name too long")
        .contains(
            "done are: [%s restored, the replaced one is %s_before_".formatted(uploads, uploads))
        .contains("what was %s is %s_before_".formatted(last, last))
        .contains("\"outcome\":[\"%s restored, the replaced one is ".formatted(uploads));
    assertThat(staged()).isEmpty();
  }

  @Test
  @DisplayName(
      "is tidied up after when that was not possible at once, and never if it failed before")
  void tidiedUpLater() throws IOException {
    Path earlier = halfRestored("earlier", false);
    Path later = halfRestored("later", true);

    service.bean(StagedLeftovers.class).sweep();

    assertThat(earlier.resolve("srv/uploads/invoice")).hasContent("half");
    assertThat(later).doesNotExist();
    assertThat(service.bean(FileRestores.class).withLeftovers()).isEmpty();
  }

  private Path halfRestored(String name, boolean leftovers) throws IOException {
    UUID id = UUID.randomUUID();
    Path below = folder.resolve(name);
    sql()
        .sql(
            """
            insert into file_restore (id, backup, below, requested_by, requested_at, state,
                                      leftovers)
            values (?, ?, ?, 'alice', now(), 'FAILED', ?)
            """)
        .params(id, backup.value(), below.toString(), leftovers)
        .update();
    Path place = new Staging(id, Instant.EPOCH).below(below, Path.of("/srv/uploads"));
    Files.writeString(Files.createDirectory(place).resolve("invoice"), "half");
    return below;
  }

  @Test
  @DisplayName(
      "after its database was swapped says so, and is tried again as long as the store is away")
  void saysThatTheDatabaseIsAnother() throws IOException {
    RestoreId swapped = swappedBefore();
    RestoreRunner runner = service.bean(RestoreRunner.class);
    Files.move(folder.resolve("store"), folder.resolve("elsewhere"));

    assertThat(runner.run(swapped)).isPresent();

    assertThat(service.get("/restores/" + swapped).body()).contains("\"restoring\"");
    Files.move(folder.resolve("elsewhere"), folder.resolve("store"));
    new DiskStore("disk", folder.resolve("store"))
        .delete(new BackupKeys(database, backup).archive(BackupKeys.filesName(1)));

    assertThat(runner.run(swapped)).isEmpty();

    assertThat(service.get("/restores/" + swapped).body())
        .contains(
            "\"failed\"",
            "database %s is restored (the one before it is kept_one), but "
                .formatted(source.name()),
            "is not there");
  }

  /** As an attempt leaves it that was killed before its files took their places. */
  private RestoreId swappedBefore() {
    RestoreId id = RestoreId.random();
    sql()
        .sql(
            """
            insert into restore (id, database, backup, requested_at, state, attempt, kept_as,
                                 restored_into, store, with_files)
            values (?, ?, ?, now(), 'restoring', 1, 'kept_one', ?, 'disk', true)
            """)
        .params(id.value(), database.value(), backup.value(), source.name())
        .update();
    return id;
  }

  private void requestedBefore(UUID id) {
    sql()
        .sql(
            "insert into file_restore (id, backup, requested_by, requested_at, state, attempt)"
                + " values (?, ?, 'alice', now(), 'REQUESTED', 1)")
        .params(id, backup.value())
        .update();
  }

  private JdbcClient sql() {
    return service.bean(JdbcClient.class);
  }

  private Path stage(UUID restore) throws IOException {
    Path place =
        Files.createDirectory(uploads.resolveSibling(".fairlead-%s-uploads".formatted(restore)));
    Files.writeString(place.resolve("invoice"), "half");
    return place;
  }

  private List<Path> staged() throws IOException {
    try (Stream<Path> beside = Files.list(uploads.getParent())) {
      return beside.filter(path -> path.getFileName().toString().startsWith(".fairlead-")).toList();
    }
  }

  private String restored(@Nullable Path below) {
    String where = below == null ? "" : ",\"below\":\"%s\"".formatted(below);
    String accepted =
        service.post("/file-restores", "{\"backup\":\"%s\"%s}".formatted(backup, where)).body();
    String id = accepted.replaceAll(".*\"restore\":\"([^\"]+)\".*", "$1");
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> service.get("/file-restores/" + id).body(),
            shown -> !shown.contains("\"requested\""));
  }
}
