package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.backup.CompletedBackup;
import dev.fairlead.backup.reconciliation.Finding;
import dev.fairlead.backup.reconciliation.MarkedStore;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.reconciliation.StoreMarks;
import dev.fairlead.backup.scrub.ScrubRounds;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

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
  @DisplayName(
      "is away also when an earlier version, without marks, took all its copies for missing")
  void wasAwayBeforeTheUpgrade() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("upgraded", folder);
    try (RunningService service = three.started()) {
      three.reset(service);
      Files.deleteIfExists(folder.resolve("store").resolve(Store.MARK));
      service.bean(JdbcClient.class).sql("delete from store_mark").update();
      takeForMissing(three.made(), service);
      unmount();

      assertThat(service.bean(Reconciliation.class).run())
          .extracting(Finding::found)
          .containsExactly("the store cannot be used");
      assertThat(folder.resolve("store")).isEmptyDirectory();

      mount();
      service.bean(Reconciliation.class).run();
      assertThat(defects(service)).hasSize(3).containsOnly(Copy.BACK);
      assertThat(folder.resolve("store").resolve(Store.MARK)).isNotEmptyFile();
    }
  }

  @Test
  @DisplayName("is told from the disk that was mounted over it before either had a backup")
  void mountedOverAFreshOne() throws IOException {
    Neighbours.require("postgres");
    try (RunningService service =
        RunningService.start(RunningService.arguments(folder)).compared()) {
      Path mark = folder.resolve("store").resolve(Store.MARK);
      String ofMountPoint = Files.readString(mark);
      unmount();

      service.bean(Reconciliation.class).run();

      assertThat(Files.readString(mark)).isNotEqualTo(ofMountPoint);
    }
  }

  @Test
  @DisplayName("and one that is full or read-only can be listed and cleaned without a mark")
  void cannotBeMarked() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("full", folder);
    try (RunningService service = three.started()) {
      three.reset(service);
      Files.deleteIfExists(folder.resolve("store").resolve(Store.MARK));
      service.bean(JdbcClient.class).sql("delete from store_mark").update();
      MarkedStore store =
          new MarkedStore(new Full(three.disk()), service.bean(StoreMarks.class), Duration.ZERO);
      String key = "a/b/c/object";
      three.disk().createOnce(key, new byte[1]);

      assertThat(store.list("a/")).hasSize(1);
      store.delete(key);
      assertThat(store.open(key)).isEmpty();
      assertThat(
              catchThrowableOfType(BackupFailure.class, () -> store.createOnce(key, new byte[1]))
                  .reason())
          .isEqualTo(BackupFailureReason.STORE_FULL);
    }
  }

  private static final class Full extends DelegatingStore {

    private Full(Store real) {
      super(real);
    }

    @Override
    public boolean createOnce(String key, byte[] content) {
      throw new BackupFailure(BackupFailureReason.STORE_FULL, "no room", "make some");
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
      assertThat(Files.readString(folder.resolve("store").resolve(Store.MARK)))
          .as("a mark of its own: the lost one may come back")
          .isNotEqualToIgnoringWhitespace("new")
          .isNotEqualTo(Files.readString(folder.resolve("elsewhere").resolve(Store.MARK)));
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
        .map(CompletedBackup::copies)
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
