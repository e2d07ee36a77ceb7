package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.FaultyStore;
import dev.fairlead.backup.testing.FaultyStore.Fault;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.PlannedStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whatever goes wrong, there is no backup, its reason is classified, nothing is left of it, and one
 * event says so: all that a service told on the real broker is counted. All faults are asked for at
 * once. Those that last as long as a dump may are among {@link HungServerTest}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A backup that goes wrong")
class FaultMatrixTest {

  /** name :: reason :: what pg_dump does. */
  private static final String PG_DUMP =
      """
      is killed :: DUMP_FAILED :: "$REAL" "$@" | head -c 20000; kill -9 $$
      is terminated :: DUMP_FAILED :: "$REAL" "$@" | head -c 20000; kill $$
      crashes :: DUMP_FAILED :: kill -SEGV $$
      fails after a whole dump :: DUMP_FAILED :: "$REAL" "$@"; exit 1
      says nothing and fails :: DUMP_FAILED :: exit 3
      says nothing and succeeds :: EMPTY_RESULT :: exit 0
      writes something else :: EMPTY_RESULT :: echo "-- PostgreSQL database dump"
      is cut at a tenth and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$plan.out"; head -c $(($(wc -c <"$plan.out") / 10)) "$plan.out"
      is cut in the middle and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$plan.out"; head -c $(($(wc -c <"$plan.out") / 2)) "$plan.out"
      is cut shortly before the end and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$plan.out"; head -c $(($(wc -c <"$plan.out") * 99 / 100)) "$plan.out"
      loses its last byte and its exit code :: DUMP_FAILED :: "$REAL" "$@" | head -c -1
      goes on after its end :: DUMP_FAILED :: "$REAL" "$@"; echo more
      finds the password changed :: AUTHENTICATION_FAILED :: "$PSQL" -qc "alter role $PGUSER password 'rotated'"; exec "$REAL" "$@"
      finds its rights revoked :: MISSING_RIGHTS :: "$PSQL" -qc "revoke all on items from $PGUSER"; exec "$REAL" "$@"
      finds no server :: DATABASE_UNREACHABLE :: PGPORT=1 exec "$REAL" "$@"
      """;

  /** Does what is planned for the role that asks, and else what pg_dump does. */
  private static final String AS_PLANNED =
      """
      plan=%s/$PGUSER
      if [ -f "$plan" ]; then . "$plan"; exit; fi
      exec "$REAL" "$@"
      """;

  /** So many are backed up at a time where the stores fail. */
  private static final int NOISES = 3;

  private record Case(
      String name, @Nullable BackupFailureReason reason, BackupId backup, DatabaseId database) {

    @Override
    public String toString() {
      return name;
    }
  }

  @TempDir private static Path folder;
  private static PlannedStore near;
  private static PlannedStore far;
  private static Neighbourhood neighbours;
  private static RunningService service;
  private static final List<Case> IN_PG_DUMP = new ArrayList<>();
  private static final List<Case> IN_NEAR_STORE = new ArrayList<>();
  private static final List<Case> IN_FAR_STORE = new ArrayList<>();
  private static Case faultless;

  @BeforeAll
  static void askForAll() throws IOException {
    Neighbours.require("postgres", "pg_dump", "psql");
    near = new PlannedStore(new DiskStore("near", folder.resolve("near")));
    far = new PlannedStore(new DiskStore("far", folder.resolve("far")));
    neighbours = new Neighbourhood();
    service =
        RunningService.start(arguments(), Clock.systemUTC(), _ -> new Stores(List.of(near, far)));
    List<DatabaseId> noises = Stream.generate(FaultMatrixTest::noise).limit(NOISES).toList();
    for (Fault fault : Fault.values()) {
      DatabaseId noise = noises.get(fault.ordinal() % NOISES);
      IN_NEAR_STORE.add(broken(near, fault, noise));
      IN_FAR_STORE.add(broken(far, fault, noise));
    }
    for (String line : PG_DUMP.lines().toList()) {
      IN_PG_DUMP.add(broken(line.split(" :: ")));
    }
    faultless = new Case("no fault", null, BackupId.random(), noises.getFirst());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            FaultMatrixTest::known, known -> all().map(Case::database).allMatch(known::contains));
    all().forEach(FaultMatrixTest::ask);
  }

  private static List<String> arguments() throws IOException {
    Path plans = Files.createDirectories(folder.resolve("plans"));
    List<String> arguments = RunningService.arguments(folder);
    arguments.addAll(
        List.of(
            "--fairlead.backup.postgres-programs="
                + FakePrograms.pgDump(folder, AS_PLANNED.formatted(plans)),
            "--fairlead.backup.time-limit=3m",
            "--fairlead.backup.part-size=64KB",
            "--fairlead.backup.compression-threads=0",
            "--fairlead.backup.drill.policy=never",
            "--db-scheduler.threads=12"));
    return arguments;
  }

  /** Several parts, since what is random cannot be compressed to less than half. */
  private static DatabaseId noise() {
    SourceDatabase source = SourceDatabase.create("faulty").withOrders(1);
    source.sql("create table noise as select md5(random()::text) from generate_series(1, 20000)");
    return told(source);
  }

  private static DatabaseId told(SourceDatabase source) {
    DatabaseId id = RunningService.freshId(source);
    neighbours.tell(RunningService.manifest(id, source, folder));
    return id;
  }

  private static Case broken(PlannedStore store, Fault fault, DatabaseId noise) {
    Case broken = new Case(fault.name(), fault.reason(), BackupId.random(), noise);
    store.plan(broken.backup(), real -> new FaultyStore(real, fault));
    return broken;
  }

  private static Case broken(String... nameReasonScript) throws IOException {
    SourceDatabase source = SourceDatabase.create("fake").withOrders(1_500);
    Files.writeString(folder.resolve("plans").resolve(source.role()), nameReasonScript[2]);
    return new Case(
        nameReasonScript[0],
        BackupFailureReason.valueOf(nameReasonScript[1]),
        BackupId.random(),
        told(source));
  }

  private static Stream<Case> all() {
    return Stream.of(Stream.of(faultless), inPgDump(), inNearStore(), inFarStore())
        .flatMap(Function.identity());
  }

  private static Set<DatabaseId> known() {
    return service.bean(Databases.class).all().stream()
        .map(KnownDatabase::id)
        .collect(Collectors.toSet());
  }

  /** Twice, as a broker may. */
  private static void ask(Case one) {
    BackupRequested request =
        new BackupRequested(one.backup(), one.database(), null, null, "faults", null);
    Envelope fact = Envelope.of("test", Instant.now(), request);
    service.bean(BackupRequests.class).accept(request, fact);
    service.bean(BackupRequests.class).accept(request, fact);
  }

  private static Stream<Case> inPgDump() {
    return IN_PG_DUMP.stream();
  }

  private static Stream<Case> inNearStore() {
    return IN_NEAR_STORE.stream();
  }

  private static Stream<Case> inFarStore() {
    return IN_FAR_STORE.stream();
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("inNearStore")
  @DisplayName("because the nearer of two stores")
  void nearStore(Case fault) {
    requireFailure(fault);
  }

  @Order(2)
  @ParameterizedTest(name = "{0}")
  @MethodSource("inFarStore")
  @DisplayName("because the farther of two stores")
  void farStore(Case fault) {
    requireFailure(fault);
  }

  @Order(3)
  @ParameterizedTest(name = "{0}")
  @MethodSource("inPgDump")
  @DisplayName("because pg_dump")
  void pgDump(Case fault) {
    requireFailure(fault);
  }

  private static void requireFailure(Case fault) {
    BackupFailed failed =
        neighbours.await(BackupFailed.class, event -> event.backup().equals(fault.backup()));

    assertThat(failed.reason()).as(failed.detail()).isEqualTo(fault.reason());
    assertThat(failed.advice()).isNotBlank();
    assertThat(failed.detail() + failed.advice()).doesNotContain(SourceDatabase.password());
    String keys = new BackupKeys(fault.database(), fault.backup()).folder();
    for (Store store : List.of(near, far)) {
      assertThat(store.list(keys)).as("objects in %s", store.name()).isEmpty();
      assertThat(store.unfinished(keys)).as("uploads in %s", store.name()).isEmpty();
    }
  }

  @Order(4)
  @Test
  @DisplayName("is told of once, however often it is asked for, and never as completed")
  void endsOnce() {
    neighbours.await(BackupCompleted.class, event -> event.backup().equals(faultless.backup()));
    await().atMost(Duration.ofMinutes(1)).until(FaultMatrixTest::nothingIsToCome);
    neighbours.catchUp();

    assertThat(all()).hasSizeGreaterThan(40);
    assertThat(told(BackupFailed.class, BackupFailed::backup))
        .containsExactlyInAnyOrderElementsOf(
            all().filter(one -> one.reason() != null).map(Case::backup).toList());
    assertThat(told(BackupCompleted.class, BackupCompleted::backup))
        .containsExactly(faultless.backup());
    assertThat(told(BackupVerified.class, BackupVerified::backup))
        .containsExactly(faultless.backup());
    assertThat(near.unfinished("")).isEmpty();
    assertThat(far.unfinished("")).isEmpty();
    assertThat(near.list("")).as("archive and manifest of the one that is whole").hasSize(2);
    assertThat(far.list("")).hasSize(2);
  }

  private static boolean nothingIsToCome() {
    return service
            .bean(JdbcClient.class)
            .sql("select not exists (select from scheduled_tasks where task_name = 'backup')")
            .query(Boolean.class)
            .single()
        && service.hasToldAll();
  }

  /** Of which backups, as often as it was told. */
  private static <E extends BackupEvent> List<BackupId> told(
      Class<E> type, Function<E, BackupId> of) {
    Set<BackupId> ours = all().map(Case::backup).collect(Collectors.toSet());
    return neighbours.heard(type).stream().map(of).filter(ours::contains).toList();
  }

  @AfterAll
  static void stop() {
    service.close();
    neighbours.close();
  }
}
