package dev.fairlead.backup.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A pack of files that the catalogue does not know")
class UnknownPacksTest {

  private static final String PLACE = "orders/production";
  private static final DatabaseId DATABASE = new DatabaseId(PLACE + "/main");

  /** Longer than a day for what nobody knows, and two in which it may be in use. */
  private static final Duration LONG = Duration.ofHours(73);

  @TempDir Path folder;
  private final TurnedClock clock = new TurnedClock();
  private final String unknown = pack();
  private final String known = pack();
  private volatile boolean away = true;

  @Test
  @DisplayName(
      "and that no manifest names goes after three days, unless some store, manifest or backup under"
          + " way may still know it")
  void goes() throws Exception {
    Neighbours.require("postgres");
    clock.turnBy(LONG);
    String named = pack();
    String young = pack();
    String foreign = ".files/notes.txt";
    for (String key : List.of(unknown, known, named, young, foreign)) {
      disk().createOnce(key, new byte[1]);
    }
    Files.setLastModifiedTime(
        folder.resolve("store").resolve(young),
        FileTime.from(Instant.now().plus(LONG).minus(Duration.ofDays(2))));
    try (RunningService service = RunningService.start(arguments(), clock, this::withFar)) {
      service.compared();
      know(service, named);

      staysAsLongAsAStoreIsAway(service);
      staysAsLongAsAManifestCannotBeRead(service);
      staysAsLongAsAnotherServiceMakesABackupBesideIt(service);

      assertThat(outcomes(service)).containsExactly("done");
      assertThat(disk().list(BackupKeys.PACKS))
          .extracting(Store.StoredObject::key)
          .containsExactlyInAnyOrder(known, named, young, foreign);
      service.bean(Reconciliation.class).runAndSweep();
      assertThat(disk().open(known)).as("nobody is left who may need it").isEmpty();
    }
  }

  private void staysAsLongAsAStoreIsAway(RunningService service) {
    away = true;
    service.bean(Reconciliation.class).runAndSweep();
    away = false;
    requireThere();
  }

  private void staysAsLongAsAManifestCannotBeRead(RunningService service) {
    BackupKeys unreadable = new BackupKeys(DATABASE, BackupId.random());
    disk().createOnce(unreadable.manifest(), "{".getBytes(StandardCharsets.UTF_8));
    service.bean(Reconciliation.class).runAndSweep();
    requireThere();
    disk().delete(unreadable.manifest());
  }

  private void staysAsLongAsAnotherServiceMakesABackupBesideIt(RunningService service)
      throws IOException {
    String archive = new BackupKeys(DATABASE, BackupId.random()).archive("attempt-1.pgdump");
    disk().createOnce(archive, new byte[1]);
    Files.setLastModifiedTime(
        folder.resolve("store").resolve(archive), FileTime.from(Instant.now().plus(LONG)));
    service.bean(Reconciliation.class).run();
    requireThere();
    disk().delete(archive);
  }

  private void requireThere() {
    assertThat(disk().open(unknown)).isPresent();
    assertThat(disk().open(known)).as("one that has a row may be needed as well").isPresent();
  }

  private static List<String> outcomes(RunningService service) {
    return service.bean(Reconciliation.class).run().stream().map(Finding::outcome).toList();
  }

  /** One has a row, which nobody has used for long, the other only a backup that names it. */
  private void know(RunningService service, String named) {
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("insert into file_pack (name, place, used_at) values (?, ?, now())")
        .params(BackupKeys.packName(known), PLACE)
        .update();
    sql.sql(
            """
            insert into backup (id, database, requested_at, state, manifest)
            values (?, 'orders/production/main', now(), 'completed',
                    jsonb_build_object('files', jsonb_build_object('packs',
                        jsonb_build_array(jsonb_build_object('name', cast(? as text))))))
            """)
        .params(UUID.randomUUID(), BackupKeys.packName(named))
        .update();
  }

  private List<String> arguments() {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    return arguments;
  }

  private DiskStore disk() {
    return new DiskStore("disk", folder.resolve("store"));
  }

  private Stores withFar(Stores set) {
    Store far =
        new DelegatingStore(new DiskStore("s3", folder.resolve("far"))) {
          @Override
          public List<StoredObject> list(String prefix) {
            if (away) {
              throw new BackupFailure(
                  BackupFailureReason.STORE_UNREACHABLE, "the store is away", "wait");
            }
            return super.list(prefix);
          }
        };
    return new Stores(List.of(disk(), far));
  }

  private static String pack() {
    return BackupKeys.packKey(PLACE, UUID.randomUUID().toString());
  }
}
