package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.scrub.CopyFinding.Outcome;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two stores, one of which forgets and garbles. */
class ScrubTest {

  @TempDir Path folder;

  @Test
  void aGarbledAndALostCopyAreFoundToldAndReplacedFromTheOtherStore() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("scrub").withOrders(50);
    DiskStore disk = new DiskStore("disk", folder.resolve("store"));
    String bucket = Buckets.fresh();
    S3Store s3 =
        Buckets.store(
            Buckets.server().endpoint(), bucket, Buckets.server().credentials().secretKey());
    Workshop workshop = new Workshop(disk, s3);
    Manifest garbled = workshop.backUp(source.access());
    Manifest lost = workshop.backUp(source.access());
    Manifest hopeless = workshop.backUp(source.access());
    Manifest sound = workshop.backUp(source.access());

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments(bucket))) {
      service.bean(Reconciliation.class).run();
      flipOneBit(garbled);
      s3.delete(archive(lost));
      flipOneBit(hopeless);
      s3.delete(archive(hopeless));
      aWeekPasses(service);

      service.bean(ScrubRounds.class).run();

      BackupCorrupted flipped =
          neighbours.await(
              BackupCorrupted.class,
              event ->
                  event.backup().equals(garbled.backup()) && event.detail().contains("replaced"));
      assertThat(flipped.detail())
          .contains("has sha256", "replaced by the copy in store s3", "the bad one is kept as");
      neighbours.await(
          BackupCorrupted.class,
          event ->
              event.backup().equals(lost.backup())
                  && event.store().equals("s3")
                  && event.detail().contains("is not there; replaced by the copy in store disk"));
      neighbours.await(
          BackupCorrupted.class,
          event ->
              event.backup().equals(hopeless.backup()) && !event.detail().contains("replaced"));
      for (Manifest healed : List.of(garbled, lost, sound)) {
        assertThat(defects(service, healed)).as("%s", healed.backup()).isEmpty();
        for (Store store : List.of(disk, s3)) {
          assertThat(new StoredBackups(store).defectOf(keys(healed), healed.archive())).isNull();
        }
      }
      assertThat(defects(service, hopeless)).hasSize(2);
      assertThat(disk.list(Healing.QUARANTINE)).hasSize(1);
      assertThat(neighbours.heard(BackupCorrupted.class))
          .noneMatch(event -> event.backup().equals(sound.backup()));

      whatSomebodyAsksForIsReadAtOnce(service, sound, hopeless);
      whatWasReadBeforeAnInterruptionIsNotReadAgain(service, sound);
    }
  }

  @Test
  void aPackOfFilesThatRotsIsFoundWithinTheWeekAndReplacedFromTheOtherStore() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("scrubpacks").withOrders(5);
    Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    DatabaseId database = RunningService.freshId(source);
    String bucket = Buckets.fresh();
    TurnedClock clock = new TurnedClock();
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(quietly(bucket), clock)) {
      neighbours.tell(
          RunningService.manifest(database, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(database.value()));
      BackupId first = backedUp(database, neighbours);
      BackupId second = backedUp(database, neighbours);
      DiskStore disk = new DiskStore("disk", folder.resolve("store"));
      String pack = disk.list(BackupKeys.PACKS).getFirst().key();
      assertThat(disk.list(BackupKeys.PACKS)).as("both backups share it").hasSize(1);
      byte[] good = Files.readAllBytes(folder.resolve("store").resolve(pack));
      flipOneBit(pack);
      ScrubRounds rounds = service.bean(ScrubRounds.class);

      for (int day = 0; day < 7 && !isQuarantined(disk); day++) {
        clock.turnBy(Duration.ofDays(1));
        rounds.run();
      }

      BackupCorrupted told =
          neighbours.await(
              BackupCorrupted.class,
              event ->
                  Set.of(first, second).contains(event.backup())
                      && event.detail().contains("replaced"));
      assertThat(told.store()).isEqualTo("disk");
      assertThat(told.detail())
          .contains("has sha256", "replaced by the copy in store s3", "the bad one is kept as");
      assertThat(folder.resolve("store").resolve(pack)).hasBinaryContent(good);
      assertThat(sumOfDefectivePacks(service)).isZero();
      await().atMost(Duration.ofMinutes(1)).until(service::hasToldAll);
      neighbours.catchUp();
      assertThat(told(neighbours, first) + told(neighbours, second))
          .as("told when it was found, and when it was replaced")
          .isEqualTo(2);
      for (BackupId backup : List.of(first, second)) {
        Manifest manifest =
            service.bean(Backups.class).find(backup).map(Backup::manifest).orElseThrow();
        assertThat(service.bean(Stores.class).all())
            .hasSize(2)
            .allMatch(store -> rounds.freshInspection().damages(store, manifest).isEmpty());
      }
    }
  }

  /** With no backups but those that are asked for. */
  private List<String> quietly(String bucket) throws IOException {
    List<String> arguments = arguments(bucket);
    arguments.add("--fairlead.backup.schedule=0 0 0 29 2 *");
    arguments.add("--fairlead.backup.drill.policy=never");
    arguments.add("--fairlead.backup.recovery-drill.every=0s");
    return arguments;
  }

  private static BackupId backedUp(DatabaseId database, Neighbourhood neighbours) {
    BackupId id = BackupId.random();
    neighbours.tell(new BackupRequested(id, database, null, null, null, null));
    neighbours.await(BackupCompleted.class, event -> event.backup().equals(id));
    return id;
  }

  private static boolean isQuarantined(DiskStore disk) {
    return !disk.list(Healing.QUARANTINE).isEmpty();
  }

  private static long sumOfDefectivePacks(RunningService service) {
    return service
        .bean(JdbcClient.class)
        .sql("select count(*) from file_pack_copy where defect is not null")
        .query(Long.class)
        .single();
  }

  private static long told(Neighbourhood neighbours, BackupId backup) {
    return neighbours.heard(BackupCorrupted.class).stream()
        .filter(event -> event.backup().equals(backup))
        .count();
  }

  private void whatSomebodyAsksForIsReadAtOnce(
      RunningService service, Manifest sound, Manifest hopeless) throws IOException {
    flipOneBit(sound);

    assertThat(scrubbed(service, "{\"backup\":\"%s\"}".formatted(sound.backup())))
        .contains("\"state\":\"completed\"", "\"good\":1", "replaced by the copy in store s3")
        .contains("alice");
    assertThat(scrubbed(service, "{\"backup\":\"%s\"}".formatted(hopeless.backup())))
        .contains("\"state\":\"corrupted\"", "\"good\":0", "in store s3: ", "is not there");
    assertThat(scrubbed(service, "{}"))
        .as("only the hopeless one is due")
        .contains("\"state\":\"corrupted\"", "\"good\":0")
        .doesNotContain(sound.backup().toString());
    assertThat(service.post("/scrubs", "{\"backup\":\"%s\"}".formatted(BackupId.random())).body())
        .contains("fairlead backup list shows those there are");
  }

  private static void whatWasReadBeforeAnInterruptionIsNotReadAgain(
      RunningService service, Manifest sound) {
    UUID id = UUID.randomUUID();
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql(
            "insert into scrub (id, backup, requested_by, requested_at, state, attempt)"
                + " values (?, ?, 'alice', now(), 'running', 1)")
        .params(id, sound.backup().value())
        .update();
    service
        .bean(ScrubOrders.class)
        .found(id, new CopyFinding(sound.backup(), "disk", Outcome.UNREAD, "the disk was away"));

    assertThat(service.bean(ScrubRunner.class).run(id)).isEmpty();

    assertThat(service.get("/scrubs/" + id).body())
        .contains("\"state\":\"failed\"", "\"good\":1", "the disk was away");
  }

  /** What is shown of it when it has ended. */
  private static String scrubbed(RunningService service, String order) {
    String accepted = service.post("/scrubs", order).body();
    String id = accepted.replaceAll(".*\"scrub\":\"([^\"]+)\".*", "$1");
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> service.get("/scrubs/" + id).body(),
            shown -> !shown.contains("\"requested\"") && !shown.contains("\"running\""));
  }

  private List<String> arguments(String bucket) throws IOException {
    Path secret =
        Files.writeString(folder.resolve("s3"), Buckets.server().credentials().secretKey());
    List<String> arguments = new ArrayList<>(RunningService.arguments(folder));
    arguments.add("--fairlead.backup.s3.endpoint=" + Buckets.server().endpoint());
    arguments.add("--fairlead.backup.s3.bucket=" + bucket);
    arguments.add("--fairlead.backup.s3.prefix=backups");
    arguments.add("--fairlead.backup.s3.access-key=" + Buckets.server().credentials().accessKey());
    arguments.add("--fairlead.backup.s3.secret-key=secret:file:" + secret);
    return arguments;
  }

  private void flipOneBit(Manifest manifest) throws IOException {
    flipOneBit(archive(manifest));
  }

  private void flipOneBit(String key) throws IOException {
    Path file = folder.resolve("store").resolve(key);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, channel.size() / 2);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, channel.size() / 2);
    }
  }

  private static void aWeekPasses(RunningService service) {
    service
        .bean(JdbcClient.class)
        .sql("update backup_copy set read_at = now() - interval '8 days'")
        .update();
  }

  private static List<Backup.Copy> defects(RunningService service, Manifest manifest) {
    return service.bean(Backups.class).find(manifest.backup()).orElseThrow().copies().stream()
        .filter(copy -> copy.defect() != null)
        .toList();
  }

  private static String archive(Manifest manifest) {
    return keys(manifest).archive(manifest.archive().name());
  }

  private static BackupKeys keys(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
