package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.drill.DrillPipeline.Disproved;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.dump.RowHash;
import dev.fairlead.backup.dump.TableSurvey;
import dev.fairlead.backup.folder.OwnedFolder;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A drill")
@InSecondLane
class DrillTest {

  @TempDir Path folder;
  private DiskStore near;
  private Workshop workshop;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump", "initdb");
    near = new DiskStore("near", folder.resolve("near"));
    workshop = new Workshop(near, new DiskStore("far", folder.resolve("far")));
  }

  @Test
  @DisplayName("proves a backup with owners, grants and policies, and leaves nothing behind")
  void proves() {
    SourceDatabase source = SourceDatabase.createInSecondLane("drilled").withOrders(1_000);
    String reader = source.name() + "_reader";
    source.asSuperuser("create role %s".formatted(reader));
    source.sql("grant select on items to " + reader);
    source.sql("create policy own on items to %s using (sku is not null)".formatted(reader));
    source.sql("create materialized view totals as select sum(total) from billing.orders");
    Manifest manifest = workshop.backUp(source.access());

    Proved proved = (Proved) workshop.drill(manifest, folder.resolve("drills"));

    assertThat(proved.store()).isEqualTo("near");
    assertThat(proved.tables()).isEqualTo(3);
    assertThat(proved.hashed()).isEqualTo(3);
    assertThat(proved.rows()).isEqualTo(2_000);
    assertThat(proved.recovery()).isPositive();
    assertThat(folder.resolve("drills")).isEmptyDirectory();
  }

  @Test
  @DisplayName("proves a backup of tables that lie in a tablespace, which its own cluster lacks")
  void tablespace() {
    SourceDatabase source = SourceDatabase.createInSecondLane("spaced").withOrders(50);
    String space = source.name() + "_space";
    source.asSuperuser("alter system set allow_in_place_tablespaces = on");
    source.asSuperuser("select pg_reload_conf()");
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> source.asSuperuser("create tablespace %s location ''".formatted(space)));
    source.asSuperuser("grant create on tablespace %s to %s".formatted(space, source.role()));
    source.sql("alter table items set tablespace " + space);
    Manifest manifest = workshop.backUp(source.access());

    assertThat(workshop.drill(manifest, folder.resolve("drills"))).isInstanceOf(Proved.class);

    source.sql("alter table items set tablespace pg_default");
    source.asSuperuser("drop tablespace " + space);
  }

  /** The manifest of the first state with the archive of the second: the restored rows differ. */
  @ParameterizedTest(name = "what was {0}")
  @DisplayName("catches")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          changed | update items set sku = 'other' where order_id = 7
          missing | delete from items where order_id = 7
          doubled | insert into items select * from items where order_id = 7
          swapped | update items set (order_id, sku) = (8, 'sku-8') where order_id = 7
          moved   | update billing.orders set note = '{}' where id = 7
          lost    | select lo_create(0)
          """)
  void catches(String what, String statement) {
    SourceDatabase source = SourceDatabase.createInSecondLane("tampered").withOrders(50);
    Manifest before = workshop.backUp(source.access());
    source.sql(statement);
    Manifest after = workshop.backUp(source.access());

    Disproved disproved =
        (Disproved)
            workshop.drill(
                with(after, before.tables(), before.otherContent()), folder.resolve("drills"));

    String where =
        switch (what) {
          case "moved" -> "billing.orders";
          case "lost" -> "pg_largeobject has 1 objects instead of 0";
          default -> "items";
        };
    assertThat(disproved.difference()).contains(where);
  }

  @Test
  @DisplayName("proves a backup whose rows were hashed the way it was done before")
  void olderHashes() throws Exception {
    SourceDatabase source = SourceDatabase.createInSecondLane("older").withOrders(50);
    Manifest manifest = workshop.backUp(source.access());
    try (Connection connection = source.server().connect(source.name())) {
      List<TableContent> older = TableSurvey.survey(connection, RowHash.OF_ROW_TEXT);

      Proved proved =
          (Proved) workshop.drill(with(manifest, older, null), folder.resolve("drills"));

      assertThat(proved.hashed()).isEqualTo(3);
      assertThat(older).noneMatch(manifest.tables()::contains);
    }
  }

  private static Manifest with(
      Manifest archive, List<TableContent> tables, @Nullable OtherContent other) {
    return new Manifest(
        archive.format(),
        archive.backup(),
        archive.database(),
        archive.deployment(),
        archive.requestedAt(),
        archive.completedAt(),
        archive.source(),
        archive.archive(),
        tables,
        archive.tools(),
        archive.retentionClass(),
        other,
        archive.files(),
        null,
        null,
        null);
  }

  @Test
  @DisplayName("reports a damaged copy and goes on with the next store's")
  void fallsThrough() throws IOException {
    Manifest manifest =
        workshop.backUp(SourceDatabase.createInSecondLane("damaged").withOrders(50).access());
    Path copy = copyIn("near", manifest);
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy, bytes);

    Proved proved = (Proved) workshop.drill(manifest, folder.resolve("drills"));

    assertThat(proved.store()).isEqualTo("far");
    assertThat(workshop.corrupted()).singleElement().asString().startsWith("near has sha256 ");
  }

  @Test
  @DisplayName("finds out nothing where no copy can be read, and says which were tried")
  void noCopy() throws IOException {
    Manifest manifest =
        workshop.backUp(SourceDatabase.createInSecondLane("gone").withOrders(5).access());
    Files.delete(copyIn("near", manifest));
    Files.delete(copyIn("far", manifest));

    BackupFailure failure =
        catchThrowableOfType(
            BackupFailure.class, () -> workshop.drill(manifest, folder.resolve("drills")));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH);
    assertThat(failure.detail()).contains("near", "far");
    assertThat(folder.resolve("drills")).isEmptyDirectory();
  }

  @Test
  @DisplayName("removes what a killed drill left: its files and its running server")
  void sweeps() throws IOException {
    Path killed = Files.createDirectories(folder.resolve("drills/killed"));
    OwnedFolder claimed = OwnedFolder.claim(killed).orElseThrow();
    ThrowawayCluster left =
        ThrowawayCluster.start(Workshop.serverPrograms(), new ClusterFolder(claimed));
    Path home = Path.of(left.access().host());
    assertThat(OwnedFolder.claim(killed)).as("its drill lives").isEmpty();
    claimed.release();

    new ClusterFolders(folder.resolve("drills")).sweep();

    assertThat(home).doesNotExist();
    assertThat(folder.resolve("drills")).isEmptyDirectory();
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      assertThat(processes.flatMap(process -> process.info().commandLine().stream()))
          .noneMatch(line -> line.contains(home.toString()));
    }
  }

  @Test
  @DisplayName("ends when its time is up")
  void timesOut() {
    Manifest manifest =
        workshop.backUp(SourceDatabase.createInSecondLane("endless").withOrders(5).access());

    BackupFailure failure =
        catchThrowableOfType(
            BackupFailure.class,
            () ->
                workshop.withTimeLimit(Duration.ofMillis(1)).drill(manifest, folder.resolve("d")));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(folder.resolve("d")).isEmptyDirectory();
  }

  private Path copyIn(String store, Manifest manifest) {
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    return folder.resolve(store).resolve(keys.archive(manifest.archive().name()));
  }
}
