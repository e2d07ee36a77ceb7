package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.InterruptedAttempts;
import dev.fairlead.backup.archive.KeyFile;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.KilledBackup;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed at every moment that matters, a backup is whole in both stores, or it is not there. */
@DisplayName("A process that is killed while it backs up")
@InSecondLane
class KillPointsTest {

  private static final int KILLED = 137;
  private static final int AT_ONCE = 2;
  private static final String RECIPIENT =
      AgeIdentity.parse(AgeIdentity.generate()).recipients().getFirst();

  @TempDir Path folder;

  private record Outcome(int moment, int exitCode, boolean wasPublished) {}

  @Test
  @DisplayName("leaves a whole backup or none at every one of at least 30 moments")
  void killed() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.createInSecondLane("points").withOrders(20);
    source.sql(
        "create table noise as select string_agg(md5(random()::text), '') t from generate_series(1, 9000)");
    List<Outcome> outcomes = new ArrayList<>();
    try (var children = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Outcome>> running =
          IntStream.rangeClosed(1, 36)
              .mapToObj(moment -> children.submit(() -> outcome(source, moment)))
              .toList();
      for (Future<Outcome> future : running) {
        outcomes.add(future.get());
      }
    }

    assertThat(outcomes).filteredOn(outcome -> outcome.exitCode() == KILLED).hasSizeGreaterThan(29);
    assertThat(outcomes).anyMatch(Outcome::wasPublished).anyMatch(one -> !one.wasPublished());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                source
                    .query(
                        "select 1::text from pg_stat_activity where application_name like"
                            + " 'fairlead-backup 0%' and datname = current_database()")
                    .isEmpty());
  }

  private Outcome outcome(SourceDatabase source, int moment) throws Exception {
    Path own = Files.createDirectory(folder.resolve("moment-" + moment));
    BackupId backup = BackupId.random();
    int exitCode = run(source, moment, backup, own);
    List<DiskStore> stores =
        List.of(
            new DiskStore("near", own.resolve("near")), new DiskStore("far", own.resolve("far")));
    BackupKeys keys = new BackupKeys(Workshop.DATABASE, backup);

    Optional<Manifest> taken = new InterruptedAttempts(stores, key()).takeUp(keys);

    for (Store store : stores) {
      assertThat(store.unfinished("")).as("uploads after moment %d", moment).isEmpty();
      if (taken.isPresent()) {
        StoredBackups stored = new StoredBackups(store);
        assertThat(stored.manifest(keys)).contains(taken.get());
        assertThat(stored.defectOf(keys, taken.get().archive())).isNull();
        assertThat(store.list("")).hasSize(2);
      } else {
        assertThat(store.list("")).as("objects after moment %d", moment).isEmpty();
      }
    }
    return new Outcome(moment, exitCode, taken.isPresent());
  }

  private StatementKey key() {
    return StatementKey.parse(new KeyFile(folder.resolve("key.pem")).read(StatementKey::generate));
  }

  private int run(SourceDatabase source, int moment, BackupId backup, Path own) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Xshare:auto"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(KilledBackup.class.getName());
    command.addAll(List.of(Integer.toString(moment), backup.toString(), own.toString()));
    command.addAll(
        List.of(Integer.toString(source.access().port()), source.name(), source.role(), RECIPIENT));
    command.add(folder.resolve("key.pem").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("output").toFile());
    builder.environment().put("SOURCE_PASSWORD", SourceDatabase.password());
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(own.resolve("output"))).isIn(0, KILLED);
    return process.exitValue();
  }
}
