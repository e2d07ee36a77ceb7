package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of one database there are never two dumps at a time")
class SameDatabaseTest {

  private static final DatabaseId ONE = new DatabaseId("orders-one/production/main");
  private static final DatabaseId OTHER = new DatabaseId("orders-other/production/main");

  @TempDir Path folder;

  @Test
  @DisplayName("whoever asks, and whatever it is called in manifests")
  void inTurn() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("same").withOrders(20);
    Path seen = folder.resolve("seen");
    Path programs =
        FakePrograms.pgDump(
            folder,
            "echo begins >>%1$s; \"$REAL\" \"$@\"; e=$?; sleep 1; echo ends >>%1$s; exit $e"
                .formatted(seen));
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.postgres-programs=" + programs);
    arguments.add("--fairlead.backup.drill.policy=never");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      neighbours.tell(RunningService.manifest(ONE, source, folder));
      neighbours.tell(RunningService.manifest(OTHER, source, folder));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  service.get("/databases").body().contains(ONE.value())
                      && service.get("/databases").body().contains(OTHER.value()));

      List<BackupId> asked = List.of(BackupId.random(), BackupId.random(), BackupId.random());
      neighbours.tell(new BackupRequested(asked.get(0), ONE, null, null, null, null));
      neighbours.tell(new BackupRequested(asked.get(1), ONE, null, null, null, null));
      neighbours.tell(new BackupRequested(asked.get(2), OTHER, null, null, null, null));
      for (BackupId backup : asked) {
        neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
      }

      assertThat(Files.readAllLines(seen))
          .containsExactly("begins", "ends", "begins", "ends", "begins", "ends");
    }
  }
}
