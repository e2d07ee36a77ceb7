package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.ServiceProcess;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service is killed where it hurts, and again; what was promised is done, once. */
class KillNineTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-kill/staging/main");

  /** Takes its time at the first call, so that there is one to be killed in, and works after. */
  private static final String SLOW_ONCE =
      """
      if mkdir %s 2> /dev/null; then sleep 5; exit 1; fi
      exec "$REAL" "$@"
      """;

  @TempDir Path folder;

  @Test
  void aBackupAndARestoreSurviveTheDeathOfTheService() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("killnine").withOrders(500);
    Path dumping = folder.resolve("dumping");
    Path loading = folder.resolve("loading");
    Path programs = FakePrograms.pgDump(folder, SLOW_ONCE.formatted(dumping));
    FakePrograms.add(programs, "pg_restore", SLOW_ONCE.formatted(loading));
    List<String> arguments = new ArrayList<>(RunningService.arguments(folder));
    arguments.add("--fairlead.backup.postgres-programs=" + programs);
    BackupId backup = BackupId.random();
    RestoreId restore = RestoreId.random();
    try (Neighbourhood neighbours = new Neighbourhood()) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder));
      neighbours.tell(
          new BackupRequested(backup, ORDERS, null, null, "killed in the middle", null));
      try (ServiceProcess first = ServiceProcess.start(arguments, folder)) {
        killWhile(first, dumping);
      }
      try (ServiceProcess second = ServiceProcess.start(arguments, folder)) {
        neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
        neighbours.tell(
            new RestoreRequested(restore, ORDERS, backup, null, null, null, null, null, null));
        killWhile(second, loading);
      }
      try (ServiceProcess _ = ServiceProcess.start(arguments, folder)) {
        neighbours.await(RestoreCompleted.class, event -> event.restore().equals(restore));
        neighbours.await(
            BackupVerified.class,
            event -> event.backup().equals(backup) && event.level() == ProofLevel.DRILLED);
        awaitStatement(new DiskStore("disk", folder.resolve("store")));
      }

      assertThat(neighbours.heard(BackupCompleted.class))
          .filteredOn(event -> event.backup().equals(backup))
          .hasSize(1);
      assertThat(neighbours.heard(BackupVerified.class))
          .filteredOn(event -> event.backup().equals(backup))
          .extracting(BackupVerified::level)
          .containsExactlyInAnyOrder(ProofLevel.READ_BACK, ProofLevel.DRILLED);
      assertThat(neighbours.heard(BackupFailed.class))
          .filteredOn(event -> event.backup().equals(backup))
          .isEmpty();
      assertThat(neighbours.heard(RestoreFailed.class))
          .filteredOn(event -> event.restore().equals(restore))
          .isEmpty();
    }
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    assertThat(store.list(""))
        .as("one archive, its manifest and the statement of its drill")
        .hasSize(3)
        .filteredOn(object -> object.key().endsWith(".drill.jws"))
        .hasSize(1);
    assertThat(store.unfinished("")).isEmpty();
    assertThat(Files.readString(folder.resolve("service.log")))
        .contains("next=drill")
        .doesNotContain(SourceDatabase.password(), "AGE-SECRET-KEY");
    assertThat(folder.resolve("drills")).as("throwaway clusters").isEmptyDirectory();
    assertThat(source.databases()).as("the new one and the one that was kept").hasSize(2);
    assertThat(source.query("select count(*)::text from billing.orders")).containsExactly("500");
  }

  /** It is stored once the event has told of it; what a kill prevents comes with reconciliation. */
  private static void awaitStatement(DiskStore store) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> store.list("").stream().anyMatch(object -> object.key().endsWith(".drill.jws")));
  }

  private static void killWhile(ServiceProcess service, Path atWork) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(atWork));
    service.kill();
  }
}
