package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Finding;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.scrub.ScrubRounds;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A disk store that is not mounted")
class UnmountedStoreTest {

  @TempDir Path folder;

  @Test
  @DisplayName("is away: no copy is missing, nothing is written, and all is as it was afterwards")
  void isAway() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("unmounted", folder);
    try (RunningService service = three.started()) {
      three.reset(service);
      unmount();

      assertThat(service.bean(Reconciliation.class).run())
          .extracting(Finding::found)
          .containsExactly("the store cannot be used");
      Store store = service.bean(Stores.class).all().getFirst();
      BackupFailure failure =
          catchThrowableOfType(
              BackupFailure.class, () -> store.createOnce("a/b/c/object", new byte[1]));
      assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
      assertThat(failure.detail()).contains("none of the 3 backups that should be there");
      assertThat(catchThrowableOfType(BackupFailure.class, () -> store.open("a/b/c/object")))
          .as("nobody can say that it is not there")
          .isNotNull();
      assertThat(folder.resolve("store")).isEmptyDirectory();
      assertThat(defects(service)).isEmpty();

      mount();

      assertThat(service.bean(Reconciliation.class).run()).isEmpty();
      assertThat(defects(service)).isEmpty();
    }
  }

  @Test
  @DisplayName("can be said to have lost everything for good")
  void canBeNew() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("lostdisk", folder);
    try (RunningService service = three.started()) {
      three.reset(service);
      unmount();
      Files.writeString(folder.resolve("store").resolve(Store.MARK), "new\n");

      service.bean(Reconciliation.class).run();

      assertThat(defects(service)).hasSize(3).containsOnly(Copy.NOT_THERE);
      assertThat(folder.resolve("store").resolve(Store.MARK)).isNotEmptyFile();
      assertThat(service.bean(Stores.class).all().getFirst().createOnce("a/b/c/d", new byte[1]))
          .isTrue();
    }
  }

  @Test
  @DisplayName(
      "whose copies were taken for missing loses none to retention when it is back: they are read")
  void isLookedAtOnceMore() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("remounted", folder);
    try (RunningService service = three.started()) {
      three.reset(service);
      List<Manifest> older = three.made().subList(0, 2);
      takeForMissing(older, service);

      service.bean(RetentionRounds.class).expire();

      assertThat(three.made()).allMatch(three::isWhole);
      assertThat(defects(service)).hasSize(2).containsOnly(Copy.BACK);
      service.bean(RetentionRounds.class).expire();
      assertThat(three.made()).as("until they are read").allMatch(three::isWhole);
      service.bean(ScrubRounds.class).run();
      assertThat(defects(service)).isEmpty();

      takeForMissing(older, service);
      service.bean(Reconciliation.class).run();
      assertThat(defects(service)).as("compared").hasSize(2).containsOnly(Copy.BACK);
    }
  }

  private static void takeForMissing(List<Manifest> some, RunningService service) {
    for (Manifest manifest : some) {
      assertThat(
              service
                  .bean(BackupEntries.class)
                  .copyIsDefect(manifest.backup(), "disk", Copy.NOT_THERE))
          .isTrue();
    }
  }

  private static List<String> defects(RunningService service) {
    return service.bean(Backups.class).completed(Workshop.DATABASE).stream()
        .map(Backup::copies)
        .flatMap(List::stream)
        .flatMap(copy -> Stream.ofNullable(copy.defect()))
        .toList();
  }

  private void unmount() throws IOException {
    Files.move(folder.resolve("store"), folder.resolve("elsewhere"));
    Files.createDirectory(folder.resolve("store"));
  }

  private void mount() throws IOException {
    Files.delete(folder.resolve("store"));
    Files.move(folder.resolve("elsewhere"), folder.resolve("store"));
  }
}
