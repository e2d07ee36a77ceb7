package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.BreakingStore;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A copy that cannot be read to its end")
class UnreadableSectorTest {

  private static final Duration ROUND = Duration.ofMinutes(10);

  @TempDir Path folder;

  private final TurnedClock clock = new TurnedClock();
  private @Nullable BreakingStore near;
  private volatile boolean away;

  @Test
  @DisplayName(
      "is bad when it breaks off there again while its store answers, and is replaced; not for an"
          + " outage")
  void twice() {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("sector").withOrders(3_000);
    DiskStore disk = new DiskStore("disk", folder.resolve("store"));
    DiskStore far = new DiskStore("far", folder.resolve("far"));
    Manifest made = new Workshop(disk, far).backUp(source.access());
    BackupKeys keys = new BackupKeys(made.database(), made.backup());
    String archive = keys.archive(made.archive().name());
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service =
            RunningService.start(arguments, clock, set -> stores(set.all().getFirst(), far))) {
      service.bean(Reconciliation.class).run();
      clock.turnBy(Duration.ofDays(8));
      ScrubRounds rounds = service.bean(ScrubRounds.class);
      BreakingStore breaking = Objects.requireNonNull(near);

      away = true;
      for (int time = 0; time < 3; time++) {
        breakOff(breaking, archive, made, 50);
        rounds.run();
        clock.turnBy(ROUND);
      }
      assertThat(defect(service, made)).as("its store was away").isEmpty();

      away = false;
      breakOff(breaking, archive, made, 10);
      breaking.breakOff(keys.manifest(), 1);
      rounds.run();
      assertThat(defect(service, made)).as("once").isEmpty();
      rounds.run();
      assertThat(defect(service, made)).as("twice at the same time").isEmpty();

      clock.turnBy(ROUND);
      rounds.run();

      neighbours.await(
          BackupCorrupted.class,
          event ->
              event.backup().equals(made.backup())
                  && event.store().equals("disk")
                  && event.detail().contains("cannot be read beyond byte")
                  && event.detail().contains("Input/output error; its manifest cannot be read")
                  && event.detail().contains("replaced by the copy in store far")
                  && event.detail().contains("written again from the copy in store far"));
      assertThat(defect(service, made)).isEmpty();
      assertThat(new StoredBackups(breaking).defectOf(made)).isNull();
      assertThat(new StoredBackups(breaking).manifest(keys)).isPresent();
      assertThat(disk.list(Healing.QUARANTINE)).as("nothing of the trials").isEmpty();
    }
  }

  private static void breakOff(BreakingStore store, String key, Manifest made, int percent) {
    store.breakOff(key, made.archive().sizeBytes() * percent / 100);
  }

  private Stores stores(Store real, Store far) {
    near =
        new BreakingStore(
            new DelegatingStore(real) {
              @Override
              public boolean createOnce(String key, byte[] content) {
                if (away) {
                  throw new BackupFailure(
                      BackupFailureReason.STORE_UNREACHABLE, "it is away", "wait");
                }
                return super.createOnce(key, content);
              }
            });
    return new Stores(List.of(near, far));
  }

  private static Optional<String> defect(RunningService service, Manifest made) {
    return service
        .bean(Backups.class)
        .find(made.backup())
        .flatMap(backup -> backup.copyIn("disk"))
        .map(Copy::defect);
  }
}
