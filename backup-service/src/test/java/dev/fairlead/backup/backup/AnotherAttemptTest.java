package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A manifest that is there already")
@InSecondLane
class AnotherAttemptTest {

  @TempDir Path folder;
  private DiskStore near;
  private DiskStore far;
  private Workshop workshop;
  private BackupOrder order;

  @BeforeEach
  void backUp() {
    Neighbours.require("postgres", "pg_dump");
    near = new DiskStore("near", folder.resolve("near"));
    far = new DiskStore("far", folder.resolve("far"));
    workshop = new Workshop(near, far);
    order = Workshop.order(SourceDatabase.createInSecondLane("attempts").withOrders(5).access());
  }

  @Test
  @DisplayName("because another attempt was faster counts, and what was made in vain goes")
  void faster() {
    Manifest first = made(1);

    assertThat(made(2)).isEqualTo(first);

    assertThat(near.list("")).hasSize(2);
    assertThat(far.list("")).hasSize(2);
  }

  @Test
  @DisplayName("is not believed: its archive is read again")
  void damaged() throws IOException {
    Manifest first = made(1);
    Path archive = folder.resolve("far").resolve(order.keys().archive(first.archive().name()));
    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length / 2] ^= 1;
    Files.write(archive, bytes);

    BackupFailure failure = catchThrowableOfType(BackupFailure.class, () -> made(2));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH);
    assertThat(failure.detail()).contains("attempt-1", "far", "has sha256");
  }

  @Test
  @DisplayName("over an archive that is gone is not taken up: what is left of it goes, too")
  void archiveGone() {
    Manifest killed = made(1);
    assertThat(workshop.backups().takeUp(order.keys()))
        .as("as long as it is whole")
        .contains(killed);
    // Its attempt failed; it was killed in removing what it had made while the far store was away.
    near.delete(order.keys().manifest());
    near.delete(order.keys().archive(killed.archive().name()));

    assertThat(workshop.backups().takeUp(order.keys())).isEmpty();

    assertThat(near.list("")).isEmpty();
    assertThat(far.list("")).isEmpty();
  }

  @Test
  @DisplayName("and that our key did not sign is nobody's: it is replaced, and never taken up")
  void foreign() {
    workshop.withKey(folder.resolve("foreign.pem"));
    Manifest foreign = made(1);
    workshop.withKey(folder.resolve("ours.pem"));

    Manifest ours = made(2);

    assertThat(ours).isNotEqualTo(foreign);
    BackupKeys keys = order.keys();
    assertThat(workshop.backups().takeUp(keys)).contains(ours);
    workshop.withKey(folder.resolve("another.pem"));
    assertThat(workshop.backups().takeUp(keys)).isEqualTo(Optional.empty());
    assertThat(near.list("")).as("nothing is left of it").isEmpty();
  }

  private Manifest made(int attempt) {
    return workshop
        .backups()
        .run(
            new BackupOrder(
                order.backup(),
                order.database(),
                order.deployment(),
                order.requestedAt(),
                attempt,
                order.access()),
            (done, expected) -> {});
  }
}
