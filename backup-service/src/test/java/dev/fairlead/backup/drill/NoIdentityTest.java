package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A service that only has public keys")
class NoIdentityTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-closed/production/main");

  @TempDir Path folder;

  @Test
  @DisplayName("backs up, drills nothing by itself, and says at once why it opens nothing")
  void recipientsOnly() {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("closed").withOrders(5);
    List<String> arguments = RunningService.arguments(folder);
    String recipient = AgeIdentity.parse(AgeIdentity.generate()).recipients().getFirst();
    arguments.add("--fairlead.backup.recipients=" + recipient);
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(ORDERS.value()));
      BackupId backup = BackupId.random();
      neighbours.tell(new BackupRequested(backup, ORDERS, null, null, null, null));
      neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));

      RestoreId restore = RestoreId.random();
      neighbours.tell(
          new RestoreRequested(restore, ORDERS, backup, null, "opened", null, null, null, null));
      assertThat(
              neighbours
                  .await(RestoreFailed.class, event -> event.restore().equals(restore))
                  .detail())
          .isEqualTo("no age identity is set, so this service cannot open backups");
      assertThat(service.get("/drills").body())
          .as("none of it was asked for")
          .doesNotContain(backup.toString());
      assertThat(service.post("/recovery-drills", "{\"database\":\"%s\"}".formatted(ORDERS)).body())
          .contains("no age identity");

      service.post("/backups/%s/drill".formatted(backup), "");
      assertThat(
              neighbours
                  .await(BackupDrillFailed.class, event -> event.backup().equals(backup))
                  .advice())
          .startsWith("set fairlead.backup.identity");
    }
  }
}
