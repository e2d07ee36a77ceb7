package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.FaultyRequests;
import dev.fairlead.backup.testing.FaultyRequests.Fault;
import dev.fairlead.backup.testing.FaultyRequests.Plan;
import dev.fairlead.backup.testing.FaultyRequests.Times;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Each request that a backup makes to a real S3 API goes wrong in each way, in a service that backs
 * up to disk and bucket. Several databases at a time, since most of it is waiting. It takes
 * minutes: see {@code benchmarks/README.md}.
 */
@Tag("long")
@DisplayName("A backup of which one request to S3 goes wrong")
class S3FaultMatrixTest {

  private static final int AT_ONCE = 6;
  private static final Duration ANSWER = Duration.ofSeconds(1);

  /** After which the same request is made again; of the others either end is right. */
  private static final Set<Fault> TRANSIENT =
      EnumSet.of(Fault.ERROR_500, Fault.RESET, Fault.STALL, Fault.LOST_ANSWER);

  private record Case(BackupId backup, Plan plan) {}

  @TempDir Path folder;
  private final TurnedClock clock = new TurnedClock();
  private FaultyRequests network;
  private Store bucket;
  private Store disk;
  private Neighbourhood neighbours;
  private RunningService service;
  private List<DatabaseId> databases;

  @BeforeEach
  void start() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    network = FaultyRequests.before(Buckets.server().endpoint());
    String name = Buckets.fresh();
    String secret = Buckets.server().credentials().secretKey();
    bucket = Buckets.store(Buckets.server().endpoint(), name, secret);
    disk = new DiskStore("disk", folder.resolve("store"));
    neighbours = new Neighbourhood();
    service = RunningService.start(arguments(name, secret), clock);
    databases = Stream.generate(this::database).limit(AT_ONCE).toList();
    await().atMost(Duration.ofSeconds(30)).until(this::areKnown);
  }

  private boolean areKnown() {
    String known = service.get("/databases").body();
    return databases.stream().map(DatabaseId::value).allMatch(known::contains);
  }

  private List<String> arguments(String name, String secret) throws IOException {
    List<String> arguments = RunningService.arguments(folder);
    Path secretKey = Files.writeString(folder.resolve("s3-secret"), secret);
    arguments.addAll(
        List.of(
            "--fairlead.backup.s3.endpoint=" + network.endpoint(),
            "--fairlead.backup.s3.bucket=" + name,
            "--fairlead.backup.s3.prefix=backups",
            "--fairlead.backup.s3.access-key=" + Buckets.server().credentials().accessKey(),
            "--fairlead.backup.s3.secret-key=secret:file:" + secretKey,
            "--fairlead.backup.s3.answer-within=" + ANSWER.toMillis() + "ms",
            "--fairlead.backup.s3.least-rate=10MB",
            "--fairlead.backup.part-size=5MB",
            "--fairlead.backup.drill.policy=never",
            "--db-scheduler.threads=12",
            "--db-scheduler.polling-interval=100ms"));
    return arguments;
  }

  /** Two parts, since what is random cannot be compressed to less than half of its hexadecimals. */
  private DatabaseId database() {
    SourceDatabase source = SourceDatabase.create("s3matrix").withOrders(5);
    source.sql(
        "create table noise as select string_agg(md5(random()::text), '') t from generate_series(1, 340000)");
    DatabaseId id = new DatabaseId(source.name().replace('_', '-') + "/production/main");
    neighbours.tell(RunningService.manifest(id, source, folder));
    return id;
  }

  @Test
  @DisplayName("ends once, and leaves a backup that can be read, or nothing after the next round")
  void everyRequestInEveryWay() throws Exception {
    List<Case> cases = cases(requestsOfOne());
    run(cases);
    network.heal();
    await().atMost(Duration.ofSeconds(30)).until(network::isIdle);
    clock.turnBy(Duration.ofHours(25));
    service.bean(Reconciliation.class).run();

    for (Case one : cases) {
      requireRightEnd(one);
    }
    requireNothingElse(cases);
    requireOneEvent(cases);
  }

  private List<String> requestsOfOne() {
    Case plain = new Case(BackupId.random(), new Plan(0, Fault.RESET, Times.ONCE));
    end(databases.getFirst(), plain);
    List<String> requests = network.of(plain.backup());
    assertThat(requests)
        .extracting(line -> line.split(" ")[0])
        .as("begin, two parts, end, read back, manifest, read it: %s", requests)
        .containsExactly("POST", "PUT", "PUT", "POST", "GET", "PUT", "GET");
    return requests;
  }

  private static List<Case> cases(List<String> requests) {
    List<Case> cases = new ArrayList<>();
    for (int request = 1; request <= requests.size(); request++) {
      for (Fault fault : Fault.values()) {
        cases.add(new Case(BackupId.random(), new Plan(request, fault, Times.ONCE)));
      }
      for (Fault fault : List.of(Fault.ERROR_500, Fault.STALL)) {
        cases.add(new Case(BackupId.random(), new Plan(request, fault, Times.EACH_TIME)));
      }
      if (requests.get(request - 1).startsWith("GET")) {
        cases.add(
            new Case(BackupId.random(), new Plan(request, Fault.BROKEN_ANSWER, Times.EACH_TIME)));
      }
      for (Fault fault : List.of(Fault.ERROR_500, Fault.LOST_ANSWER)) {
        cases.add(new Case(BackupId.random(), new Plan(request, fault, Times.FROM_THEN_ON)));
      }
    }
    return cases;
  }

  private void run(List<Case> cases) throws Exception {
    Queue<Case> waiting = new ConcurrentLinkedQueue<>(cases);
    List<Callable<Void>> lanes = new ArrayList<>();
    for (DatabaseId database : databases) {
      lanes.add(
          () -> {
            for (Case next = waiting.poll(); next != null; next = waiting.poll()) {
              end(database, next);
            }
            return null;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> lane : threads.invokeAll(lanes)) {
        lane.get();
      }
    }
  }

  private void end(DatabaseId database, Case one) {
    network.plan(one.backup(), one.plan());
    service
        .bean(BackupRequests.class)
        .make(new BackupRequested(one.backup(), database, null, null, "faults", null));
    await()
        .alias(one.toString())
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> backup(one).state().hasEnded());
  }

  private Backup backup(Case one) {
    return service.bean(Backups.class).find(one.backup()).orElseThrow();
  }

  private void requireRightEnd(Case one) throws IOException {
    Backup backup = backup(one);
    Plan plan = one.plan();
    if (plan.times() != Times.ONCE) {
      assertThat(backup.failure())
          .as("%s", plan)
          .extracting(Backup.Failure::reason)
          .isEqualTo("store-unreachable");
    } else if (TRANSIENT.contains(plan.fault())) {
      assertThat(backup.failure()).as("%s, but it is tried again", plan).isNull();
    }
    BackupKeys keys = new BackupKeys(backup.database(), backup.id());
    for (Store store : List.of(disk, bucket)) {
      StoredBackups stored = new StoredBackups(store);
      if (backup.state() == BackupState.COMPLETED) {
        Manifest manifest = stored.manifest(keys).orElseThrow();
        assertThat(manifest).as("%s", plan).isEqualTo(backup.manifest());
        assertThat(stored.defectOf(keys, manifest.archive())).as("%s", plan).isNull();
        assertThat(store.list(keys.folder())).as("%s", plan).hasSize(2);
      } else {
        assertThat(store.list(keys.folder())).as("%s in %s", plan, store.name()).isEmpty();
      }
    }
  }

  private void requireNothingElse(List<Case> cases) {
    long completed =
        1 + cases.stream().filter(one -> backup(one).state() == BackupState.COMPLETED).count();
    assertThat(completed).as("of %d", cases.size()).isBetween(25L, cases.size() - 25L);
    for (Store store : List.of(disk, bucket)) {
      assertThat(store.unfinished("")).as("uploads in %s", store.name()).isEmpty();
      assertThat(store.list("")).as("objects in %s", store.name()).hasSize((int) completed * 2);
    }
  }

  private void requireOneEvent(List<Case> cases) {
    JdbcClient catalogue = service.bean(JdbcClient.class);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                catalogue.sql("select count(*) from chassis.outbox").query(Long.class).single()
                    == 0);
    neighbours.catchUp();
    Map<BackupId, Long> completed = told(BackupCompleted.class, BackupCompleted::backup);
    Map<BackupId, Long> verified = told(BackupVerified.class, BackupVerified::backup);
    Map<BackupId, Long> failed = told(BackupFailed.class, BackupFailed::backup);
    for (Case one : cases) {
      BackupId id = one.backup();
      boolean good = backup(one).state() == BackupState.COMPLETED;
      assertThat(completed.get(id)).as("%s completed", one).isEqualTo(good ? 1L : null);
      assertThat(verified.get(id)).as("%s verified", one).isEqualTo(good ? 1L : null);
      assertThat(failed.get(id)).as("%s failed", one).isEqualTo(good ? null : 1L);
    }
  }

  private <E extends BackupEvent> Map<BackupId, Long> told(
      Class<E> type, Function<E, BackupId> backup) {
    return neighbours.heard(type).stream()
        .collect(Collectors.groupingBy(backup, Collectors.counting()));
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
    neighbours.close();
    network.close();
  }
}
