package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Patience;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.FaultyNetwork;
import dev.fairlead.backup.testing.FaultyNetwork.Fault;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong ends as a classified failure, with nothing left that looks like a backup. */
@InSecondLane
class NoFalseSuccessTest {

  private static final String END_DUMPS =
      "select pg_terminate_backend(pid)::text from pg_stat_activity"
          + " where application_name like 'fairlead-backup 0%' and query like 'COPY%'";

  /** As many attempts as usual, but what is down for good is not waited for in between. */
  private static final S3Patience HASTY =
      new S3Patience(
          S3Patience.USUAL.answer(),
          S3Patience.USUAL.bytesPerSecond(),
          S3Patience.USUAL.attempts(),
          Duration.ofMillis(50));

  @TempDir Path folder;
  private Store disk;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    disk = new DiskStore("disk", folder.resolve("store"));
  }

  @Test
  void aWrongPasswordIsNotRepeatedAnywhere() {
    SourceDatabase source = SourceDatabase.createInSecondLane("password").withOrders(1);

    BackupFailure failure =
        failure(new Workshop(disk), source.access(source.role(), "canary-wr0ng"));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.AUTHENTICATION_FAILED);
    assertThat(failure.sentence()).contains("secret reference").doesNotContain("canary");
  }

  @Test
  void aServerThatIsAwayIsUnreachable() {
    DatabaseAccess nobody = new DatabaseAccess("127.0.0.1", Ports.free(), "x", "x", "x");

    assertThat(failure(new Workshop(disk), nobody).reason())
        .isEqualTo(BackupFailureReason.DATABASE_UNREACHABLE);
  }

  @Test
  void missingRightsNameAllTablesAtOnce() {
    SourceDatabase source = SourceDatabase.createInSecondLane("rights").withOrders(1);
    SourceDatabase stranger = SourceDatabase.createInSecondLane("stranger");

    BackupFailure failure =
        failure(new Workshop(disk), source.access(stranger.role(), SourceDatabase.password()));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.MISSING_RIGHTS);
    assertThat(failure.detail()).contains("billing.orders", "public.items", "public.empty");
    assertThat(failure.advice()).startsWith("GRANT pg_read_all_data TO \"stranger_app_");
  }

  @Test
  void aLargeObjectThatCannotBeReadIsNamedWithItsGrantBeforeTheDump() {
    SourceDatabase source = SourceDatabase.createInSecondLane("lobs").withOrders(1);
    SourceDatabase reader = SourceDatabase.createInSecondLane("lobsreader");
    source.asSuperuser("grant pg_read_all_data to " + reader.role());
    source.sql("select lo_from_bytea(70001, 'hidden'), lo_from_bytea(70002, 'shown')");
    source.sql("grant select on large object 70002 to public");
    DatabaseAccess access = source.access(reader.role(), SourceDatabase.password());

    BackupFailure failure = failure(new Workshop(disk), access);

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.MISSING_RIGHTS);
    assertThat(failure.detail()).endsWith("may not read the large object 70001");
    assertThat(failure.advice())
        .isEqualTo("GRANT SELECT ON LARGE OBJECT 70001 TO \"%s\"".formatted(reader.role()));
    source.sql(failure.advice());
    assertThat(new Workshop(disk).backUp(access).tables()).hasSize(3);
  }

  @Test
  void ofManyLargeObjectsSomeAreNamedAndWhatIsHiddenOtherwiseIsToldWithThem() {
    SourceDatabase source = SourceDatabase.createInSecondLane("manylobs").withOrders(1);
    SourceDatabase stranger = SourceDatabase.createInSecondLane("manylobsreader");
    source.sql("select lo_from_bytea(n, 'hidden') from generate_series(80001, 80025) n");

    BackupFailure failure =
        failure(new Workshop(disk), source.access(stranger.role(), SourceDatabase.password()));

    assertThat(failure.detail())
        .contains("public.items", "the large objects 80001, 80002", "80020 and 5 more");
    assertThat(failure.advice())
        .contains("GRANT pg_read_all_data TO", "pg_largeobject_metadata \\gexec")
        .contains("format('GRANT SELECT ON LARGE OBJECT %s TO \"" + stranger.role());
  }

  @Test
  void rowLevelSecurityIsNoReasonToSeeFewerRows() {
    SourceDatabase source = SourceDatabase.createInSecondLane("rls").withOrders(1);
    SourceDatabase reader = SourceDatabase.createInSecondLane("rlsreader");
    source.asSuperuser("grant pg_read_all_data to " + reader.role());
    source.sql("alter table items enable row level security");

    BackupFailure failure =
        failure(new Workshop(disk), source.access(reader.role(), SourceDatabase.password()));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.MISSING_RIGHTS);
    assertThat(failure.detail()).contains("row-level security", "public.items");
    assertThat(failure.advice()).contains("BYPASSRLS");
  }

  @Test
  void anEmptyDatabaseIsABackupAndAnEmptyDumpIsNone() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("nothing");

    assertThat(new Workshop(disk).backUp(source.access()).tables()).isEmpty();

    Workshop silent = new Workshop(disk).withPrograms(fakePgDump("exit 0"));
    assertThat(catchFailure(silent, source.access()).reason())
        .isEqualTo(BackupFailureReason.EMPTY_RESULT);
  }

  @Test
  void fewerRowsThanAreExpectedAreNoBackupAndNothingIsLeftOfIt() {
    SourceDatabase source = SourceDatabase.createInSecondLane("fewer").withOrders(10);
    Workshop workshop = new Workshop(disk);
    int rows = Math.toIntExact(DatabaseContent.of(workshop.backUp(source.access())).rows());
    List<Store.StoredObject> before = disk.list("");

    BackupFailure failure =
        catchThrowableOfType(
            BackupFailure.class, () -> workshop.backUp(expecting(rows + 1, source.access())));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.EMPTY_RESULT);
    assertThat(failure.detail())
        .contains("%d rows".formatted(rows), "expects %d".formatted(rows + 1));
    assertThat(failure.advice()).contains("minimum-rows");
    assertThat(disk.list("")).containsExactlyInAnyOrderElementsOf(before);
    assertThat(workshop.backUp(expecting(rows, source.access())).tables()).isNotEmpty();
  }

  private static BackupOrder expecting(int rows, DatabaseAccess access) {
    BackupOrder any = Workshop.order(access);
    return new BackupOrder(
        any.backup(),
        any.database(),
        any.deployment(),
        any.requestedAt(),
        any.attempt(),
        any.retentionClass(),
        rows,
        access);
  }

  @Test
  void aDumpThatDiesHalfWayIsNotCompleted() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("halfway").withOrders(2_000);
    String half = "\"$REAL/pg_dump\" \"$@\" | head -c 20000; exit 1";

    Workshop workshop = new Workshop(disk).withPrograms(fakePgDump(half));

    assertThat(failure(workshop, source.access()).reason())
        .isEqualTo(BackupFailureReason.DUMP_FAILED);
  }

  @Test
  void aKilledSessionEndsTheDump() {
    SourceDatabase source = SourceDatabase.createInSecondLane("killed").withOrders(1);
    source.sql(
        "create table slow as select n, repeat(md5(n::text), 300) t from generate_series(1, 4000) n");
    Thread killer =
        Thread.ofVirtual()
            .start(
                () ->
                    await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> !source.query("postgres", END_DUMPS).isEmpty()));

    BackupFailure failure = failure(new Workshop(disk), source.access());

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.DUMP_FAILED);
    killer.interrupt();
  }

  @Test
  void anOlderPgDumpIsNamedWithTheServersVersion() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("older").withOrders(1);
    Workshop workshop = new Workshop(disk).withPrograms(fakePgDumpOfVersion("9.6.24"));

    BackupFailure failure = failure(workshop, source.access());

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.TOOL_MISMATCH);
    assertThat(failure.detail()).startsWith("pg_dump (PostgreSQL) 9.6.24 cannot dump server ");
    assertThat(failure.advice()).startsWith("install postgresql-client-");
  }

  @Test
  void aDumpThatTakesTooLongIsEnded() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("endless").withOrders(1);
    Workshop workshop =
        new Workshop(disk)
            .withPrograms(fakePgDump("printf PGDMP; exec sleep 60"))
            .withTimeLimit(Duration.ofMillis(300));

    assertThat(failure(workshop, source.access()).reason())
        .isEqualTo(BackupFailureReason.TIMED_OUT);
  }

  @Test
  void aFullDiskIsAFullStore() throws Exception {
    SourceDatabase source = SourceDatabase.createInSecondLane("full").withOrders(1);
    source.sql(
        "create table noise as select string_agg(md5(random()::text), '') t from generate_series(1, 300000)");
    Path small = Files.createDirectory(folder.resolve("small"));
    Neighbours.require(
        "mount",
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()),
        "a small file system cannot be mounted here");
    try {
      BackupFailure failure = failure(new Workshop(new DiskStore("disk", small)), source.access());

      assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_FULL);
      assertThat(failure.advice()).contains("free space");
    } finally {
      run("umount", small.toString());
    }
  }

  @Test
  void anS3ServerThatFailsAnywhereLeavesNoBackupAndNoParts() throws Exception {
    SourceDatabase source = SourceDatabase.createInSecondLane("s3faults").withOrders(1);
    source.sql(
        "create table noise as select string_agg(md5(random()::text), '') t from generate_series(1, 400000)");
    for (Fault fault : Fault.values()) {
      for (long bytes : List.of(0L, 4_000L, 5_800_000L)) {
        try (FaultyNetwork network =
            FaultyNetwork.before(Buckets.server().endpoint(), fault, bytes)) {
          S3Store s3 = Buckets.store(network.endpoint(), HASTY);

          BackupFailure failure = catchFailure(new Workshop(disk, s3), source.access());
          network.heal();

          assertThat(failure.reason())
              .as("%s after %d bytes", fault, bytes)
              .isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
          assertThat(disk.list("")).isEmpty();
          assertThat(disk.unfinished("")).isEmpty();
          s3.unfinished("").forEach(s3::abort);
          assertThat(s3.list("")).noneMatch(object -> object.key().endsWith("manifest.json"));
        }
      }
    }
  }

  private BackupFailure failure(Workshop workshop, DatabaseAccess access) {
    BackupFailure failure = catchFailure(workshop, access);
    assertThat(disk.list("")).isEmpty();
    assertThat(disk.unfinished("")).isEmpty();
    return failure;
  }

  private static BackupFailure catchFailure(Workshop workshop, DatabaseAccess access) {
    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> workshop.backUp(access));
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }

  private Path fakePgDump(String script) throws IOException {
    return fake("echo 'pg_dump (PostgreSQL) 99.1'; exit 0", script);
  }

  private Path fakePgDumpOfVersion(String version) throws IOException {
    return fake("echo 'pg_dump (PostgreSQL) %s'; exit 0".formatted(version), "exit 1");
  }

  private Path fake(String onVersion, String script) throws IOException {
    Path real = Neighbours.find("pg_dump").orElseThrow().getParent();
    List<String> lines = new ArrayList<>();
    lines.add("#!/bin/sh");
    lines.add("REAL=" + real);
    lines.add("if [ \"$1\" = --version ]; then " + onVersion + "; fi");
    lines.add(script);
    Path program = Files.createTempDirectory(folder, "programs").resolve("pg_dump");
    Files.write(program, lines);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Objects.requireNonNull(program.getParent());
  }

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
