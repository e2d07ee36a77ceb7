package dev.fairlead.backup.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
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

@DisplayName("Uploads that were begun and never ended")
class JanitorTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-janitor/production/main");
  private static final int PART = 64 * 1024;

  /** What it writes goes to the bucket; it ends when the file is there. */
  private static final String DUMPS_UNTIL = // fails at its first call
      """
      if mkdir %1$s/failed 2> /dev/null; then exit 1; fi
      touch %1$s/dumping
      while [ ! -e %1$s/go-on ]; do sleep 0.05; done
      exec "$REAL" "$@"
      """;

  @TempDir Path folder;
  private final TurnedClock clock = new TurnedClock();

  @Test
  @DisplayName(
      "are swept where their backup is dead, at once or after a day; of a living one and of others never")
  void swept() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("janitor").withOrders(5);
    String bucket = Buckets.fresh();
    String secret = Buckets.server().credentials().secretKey();
    S3Store ours = Buckets.store(Buckets.server().endpoint(), bucket, secret);
    S3Store whole = Buckets.whole(bucket);
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments(bucket, secret), clock)) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder));
      BackupId dead = request(neighbours);
      neighbours.await(BackupFailed.class, event -> event.backup().equals(dead));
      BackupId living = request(neighbours);
      await().until(() -> Files.exists(folder.resolve("dumping")));

      begin(ours, key(dead, 1));
      begin(ours, key(living, 7));
      begin(ours, key(BackupId.random(), 1));
      begin(ours, ".files/orders-janitor/production/pack.pack.zst.age");
      begin(ours, "reports/2030.csv");
      begin(whole, "logs/somebody.gz");

      service.bean(Reconciliation.class).run();
      assertThat(keys(ours))
          .as("of the dead one at once; of nobody's what was just begun may be another service's")
          .hasSize(5)
          .doesNotContain(key(dead, 1));

      clock.turnBy(Duration.ofHours(25));
      service.bean(Reconciliation.class).run();
      assertThat(keys(whole))
          .contains("backups/" + key(living, 7), "backups/reports/2030.csv", "logs/somebody.gz")
          .hasSize(4); // and what the living one is writing
      Files.createFile(folder.resolve("go-on"));
      neighbours.await(BackupCompleted.class, event -> event.backup().equals(living));
    }
  }

  private List<String> arguments(String bucket, String secret) throws Exception {
    List<String> arguments = RunningService.arguments(folder);
    Path programs = FakePrograms.pgDump(folder, DUMPS_UNTIL.formatted(folder));
    Path secretKey = Files.writeString(folder.resolve("s3-secret"), secret);
    arguments.addAll(
        List.of(
            "--fairlead.backup.postgres-programs=" + programs,
            "--fairlead.backup.drill.policy=never",
            "--fairlead.backup.s3.endpoint=" + Buckets.server().endpoint(),
            "--fairlead.backup.s3.bucket=" + bucket,
            "--fairlead.backup.s3.prefix=backups",
            "--fairlead.backup.s3.access-key=" + Buckets.server().credentials().accessKey(),
            "--fairlead.backup.s3.secret-key=secret:file:" + secretKey));
    return arguments;
  }

  private static BackupId request(Neighbourhood neighbours) {
    BackupId backup = BackupId.random();
    neighbours.tell(new BackupRequested(backup, ORDERS, null, null, "janitor", null));
    return backup;
  }

  private static String key(BackupId backup, int attempt) {
    return new BackupKeys(ORDERS, backup).archive(BackupKeys.archiveName(attempt));
  }

  private static void begin(S3Store store, String key) {
    store.begin(key, PART).part(new byte[PART], PART);
  }

  private static List<String> keys(S3Store store) {
    return store.unfinished("").stream().map(upload -> upload.key()).toList();
  }
}
