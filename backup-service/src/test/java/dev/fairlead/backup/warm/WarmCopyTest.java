package dev.fairlead.backup.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A drilled backup that is kept warm")
class WarmCopyTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String ITEMS = "select count(*)::text from items";

  @TempDir Path folder;

  private DatabaseId orders;

  private SourceDatabase source;
  private Neighbourhood neighbours;
  private RunningService service;

  @BeforeEach
  void start() {
    Neighbours.require("postgres", "pg_dump");
    orders = new DatabaseId("orders-%s/production/main".formatted(UUID.randomUUID()));
    source = SourceDatabase.create("warm");
    neighbours = new Neighbourhood();
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.warm.by-default=true");
    service = RunningService.start(arguments);
    neighbours.tell(RunningService.manifest(orders, source, folder));
    await().atMost(LONG).until(() -> service.get("/databases").body().contains(orders.value()));
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
      neighbours.close();
    }
  }

  @Test
  @DisplayName(
      "is restored in place by a change of names, and only ever when nobody has touched it")
  void restoredByRename() throws SQLException {
    source.withOrders(100_000);
    source.asSuperuser("alter database %s connection limit 40".formatted(source.name()));
    source.asSuperuser(
        "alter database %s set default_transaction_read_only to on".formatted(source.name()));
    BackupId backup = drilled();
    WarmCopy copy = ready(backup);
    mayBeWritten(source.name());
    assertThat(source.databases()).containsExactly(source.name(), copy.name());
    assertThatThrownBy(() -> source.sql(copy.name(), "select 1"))
        .hasRootCauseMessage(
            "FATAL: database \"%s\" is not currently accepting connections".formatted(copy.name()));
    source.sql("drop table items");

    RestoreCompleted warm = restored(backup);

    assertThat(warm.store()).isEqualTo("warm");
    assertThat(source.query(ITEMS)).containsExactly("100000");
    assertThat(
            source.query(
                "select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()"))
        .containsExactly(source.role());
    assertThat(
            source.query(
                "select datconnlimit::text from pg_database where datname = current_database()"))
        .containsExactly("40");
    assertThat(source.databases()).containsExactly(source.name(), warm.keptAs());
    mayBeWritten(source.name());
    source.sql("create table writable_again (id int)");

    RestoreCompleted cold = restored(backup);

    assertThat(cold.store()).isEqualTo("disk");
    System.out.printf(
        "100 000 orders in place: warm %d ms, cold %d ms%n",
        warm.durationMillis(), cold.durationMillis());
    assertThat(warm.durationMillis()).isLessThan(cold.durationMillis());

    service.bean(WarmRounds.class).run();
    WarmCopy again = ready(backup);
    source.asSuperuser("alter database %s allow_connections true".formatted(again.name()));
    try (Connection other =
        PostgresConnections.open(source.access().toDatabase(again.name()), "psql")) {
      source.asSuperuser("alter database %s allow_connections false".formatted(again.name()));
      assertThat(restored(backup).store()).as("a copy that somebody is in").isEqualTo("disk");
      assertThat(other.isValid(1)).isTrue();
    }
    source.asSuperuser("alter database %s allow_connections true".formatted(again.name()));
    mayBeWritten(again.name());
    source.sql(again.name(), "delete from items");
    assertThat(restored(backup).store()).as("a copy that was touched").isEqualTo("disk");
    assertThat(source.query(ITEMS)).containsExactly("100000");
  }

  private void mayBeWritten(String database) {
    source.asSuperuser("alter database %s reset default_transaction_read_only".formatted(database));
  }

  @Test
  @DisplayName(
      "is made anew after an interruption, and goes when a newer one is ready or nobody wants it")
  void swept() {
    source.withOrders(1_000);
    BackupId backup = drilled();
    WarmCopy first = ready(backup);
    service.bean(JdbcClient.class).sql("update warm_copy set state = 'making'").update();
    source.asSuperuser("alter database %s allow_connections true".formatted(first.name()));
    source.sql(first.name(), "drop table items");
    service.bean(WarmRunner.class).run(backup);
    ready(backup); // the service's own round may have come first
    RestoreCompleted restored = restored(backup);
    assertThat(restored.store()).isEqualTo("warm");
    assertThat(source.query(ITEMS)).containsExactly("1000");

    service.bean(WarmRounds.class).run();
    WarmCopy again = ready(backup);
    BackupId newer = drilled();
    WarmCopy second = ready(newer);
    await().atMost(LONG).until(() -> !source.databases().contains(again.name()));
    assertThat(source.databases()).containsExactly(source.name(), restored.keptAs(), second.name());
    assertThat(service.get("/warm-copies").body()).contains(second.name(), "\"state\":\"ready\"");

    service
        .bean(WarmRequests.class)
        .accept(
            new BackupVerified(
                backup, orders, null, ProofLevel.DRILLED, 1, 1, 1L, "drilled again"));
    assertThat(service.bean(WarmCopies.class).all())
        .as("an older one, drilled again")
        .extracting(WarmCopy::backup)
        .containsExactly(newer);

    neighbours.tell(RunningService.manifest(orders, source, folder, null, false));
    WarmRounds rounds = service.bean(WarmRounds.class);
    await()
        .atMost(LONG)
        .until(
            () -> {
              rounds.run();
              return !source.databases().contains(second.name());
            });
    assertThat(service.bean(WarmCopies.class).all()).isEmpty();
  }

  @Test
  @DisplayName("is tried again when the service ends in the middle of it, and given up in the end")
  void interrupted() throws Exception {
    source.withOrders(1_000);
    BackupId backup = drilled();
    ready(backup);
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("update warm_copy set state = 'making', attempt = 1").update();
    Path loading = folder.resolve("loading");
    WarmRunner runner = runner(hangingPrograms(folder, loading));
    CompletableFuture<Optional<Duration>> next = new CompletableFuture<>();
    Thread worker = Thread.ofPlatform().start(() -> next.complete(runner.run(backup)));
    await().atMost(LONG).until(() -> Files.exists(loading));

    worker.interrupt();

    assertThat(next.get(1, TimeUnit.MINUTES)).isPresent();
    WarmCopies copies = service.bean(WarmCopies.class);
    assertThat(copies.find(backup).orElseThrow().state()).isEqualTo(State.MAKING);
    sql.sql("update warm_copy set attempt = 4").update();
    assertThat(runner.run(backup)).isEmpty();
    assertThat(copies.find(backup).orElseThrow().detail()).contains("in the middle of it 4 times");
  }

  private static Path hangingPrograms(Path folder, Path loading) throws IOException {
    Path programs = FakePrograms.pgDump(folder, "exit 1");
    FakePrograms.add(
        programs, "pg_restore", "cat > /dev/null; touch %s; exec sleep 600".formatted(loading));
    return programs;
  }

  private WarmRunner runner(Path programs) {
    WarmPipeline pipeline =
        new WarmPipeline(
            service.bean(Stores.class).all(),
            service.bean(AgeKeys.class)::identity,
            programs,
            Long.MAX_VALUE);
    return new WarmRunner(
        service.bean(WarmCopies.class),
        pipeline,
        service.bean(WarmRounds.class),
        service.bean(Backups.class),
        service.bean(Databases.class),
        service.bean(DatabaseLogin.class),
        Clock.systemUTC());
  }

  @Test
  @DisplayName("is not dropped while it is made, nor made while it is dropped")
  void oneAtATime() {
    WarmCopies copies = service.bean(WarmCopies.class);
    BackupId backup = BackupId.random();
    copies.add(backup, orders, "nowhere", Instant.now());
    WarmCopy requested = copies.find(backup).orElseThrow();

    assertThat(copies.begun(backup, Instant.now())).isTrue();
    assertThat(copies.dropping(requested)).isFalse();
    WarmCopy making = copies.find(backup).orElseThrow();
    assertThat(copies.dropping(making)).isTrue();
    assertThat(copies.begun(backup, Instant.now())).isFalse();
    copies.kept(making);
    assertThat(copies.find(backup).map(WarmCopy::state)).contains(State.MAKING);
  }

  private BackupId drilled() {
    BackupId id = BackupId.random();
    neighbours.tell(new BackupRequested(id, orders, null, null, null, ProofLevel.DRILLED));
    return id;
  }

  private WarmCopy ready(BackupId backup) {
    return await()
        .atMost(LONG)
        .until(
            () -> service.bean(WarmCopies.class).find(backup).orElse(null),
            copy -> copy != null && copy.state() == State.READY);
  }

  private RestoreCompleted restored(BackupId backup) {
    RestoreId id = RestoreId.random();
    neighbours.tell(new RestoreRequested(id, orders, backup, null, null, null, null, null, null));
    return neighbours.await(RestoreCompleted.class, event -> event.restore().equals(id));
  }
}
