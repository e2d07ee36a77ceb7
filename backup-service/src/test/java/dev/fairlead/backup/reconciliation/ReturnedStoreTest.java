package dev.fairlead.backup.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.retention.RetentionRounds;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A store that was away while the catalogue was rebuilt from another one")
class ReturnedStoreTest {

  @TempDir Path folder;
  private volatile boolean away = true;

  @Test
  @DisplayName(
      "keeps, when it is back, what has expired in the other one, and has it counted again")
  void keepsItsOwn() {
    Neighbours.require("postgres", "pg_dump");
    DiskStore disk = new DiskStore("disk", folder.resolve("store"));
    DiskStore far = new DiskStore("s3", folder.resolve("far"));
    Workshop workshop = new Workshop(disk, far).withKey(folder.resolve("key.pem"));
    SourceDatabase source = SourceDatabase.create("returned").withOrders(1);
    Manifest older = workshop.backUp(source.access());
    workshop.backUp(source.access());
    try (RunningService service = started(new Stores(List.of(disk, sometimesAway(far))))) {
      service.bean(RetentionRounds.class).expire();
      assertThat(known(older, service).state()).isEqualTo(BackupState.EXPIRED);
      away = false;

      requireCountedAgain(older, far, service);

      forget(older, service, "manifest = null");
      requireCountedAgain(older, far, service);

      forget(older, service, "trusted = true");
      far.delete(keys(older).manifest());
      service.bean(Reconciliation.class).run();
      assertThat(new StoredBackups(far).defectOf(older)).as("who knows whose it is").isNull();
    }
  }

  private static void requireCountedAgain(Manifest older, Store far, RunningService service) {
    service.bean(Reconciliation.class).run();

    assertThat(new StoredBackups(far).manifest(keys(older))).contains(older);
    assertThat(new StoredBackups(far).defectOf(older)).isNull();
    Backup again = known(older, service);
    assertThat(again.state()).isEqualTo(BackupState.COMPLETED);
    assertThat(again.manifest()).isEqualTo(older);
    assertThat(again.copies()).extracting(Copy::store).containsExactly("s3");
  }

  /** As if it had expired once more, and what a returning store has were not known. */
  private static void forget(Manifest older, RunningService service, String change) {
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("delete from backup_copy where backup = ?").param(older.backup().value()).update();
    sql.sql("update backup set state = 'expired', %s where id = ?".formatted(change))
        .param(older.backup().value())
        .update();
  }

  private static Backup known(Manifest manifest, RunningService service) {
    return service.bean(Backups.class).find(manifest.backup()).orElseThrow();
  }

  private static BackupKeys keys(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }

  private RunningService started(Stores stores) {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=1");
    arguments.add("--fairlead.backup.drill.policy=never");
    return RunningService.start(arguments, Clock.systemUTC(), set -> stores).compared();
  }

  private Store sometimesAway(Store real) {
    return new DelegatingStore(real) {
      @Override
      public List<StoredObject> list(String prefix) {
        if (away) {
          throw new BackupFailure(
              BackupFailureReason.STORE_UNREACHABLE, "the store is away", "wait");
        }
        return super.list(prefix);
      }
    };
  }
}
