package dev.fairlead.backup.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A drilled backup that is kept warm")
class WarmCopyTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-warm/production/main");
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String ITEMS = "select count(*)::text from items";

  @TempDir Path folder;

  private SourceDatabase source;
  private Neighbourhood neighbours;
  private RunningService service;

  @BeforeEach
  void start() {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("warm").withOrders(100_000);
    neighbours = new Neighbourhood();
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.warm.by-default=true");
    service = RunningService.start(arguments);
    neighbours.tell(RunningService.manifest(ORDERS, source, folder));
    await().atMost(LONG).until(() -> service.get("/databases").body().contains(ORDERS.value()));
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
  void restoredByRename() {
    BackupId backup = drilled();
    WarmCopy copy = ready(backup);
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
    assertThat(source.databases()).containsExactly(source.name(), warm.keptAs());
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
    source.sql(again.name(), "delete from items");
    assertThat(restored(backup).store()).as("a copy that was touched").isEqualTo("disk");
    assertThat(source.query(ITEMS)).containsExactly("100000");
  }

  @Test
  @DisplayName(
      "is made anew after an interruption, and goes when a newer one is ready or nobody wants it")
  void swept() {
    BackupId backup = drilled();
    WarmCopy first = ready(backup);
    service.bean(JdbcClient.class).sql("update warm_copy set state = 'making'").update();
    source.asSuperuser("alter database %s allow_connections true".formatted(first.name()));
    source.sql(first.name(), "drop table items");
    service.bean(WarmRunner.class).run(backup);
    RestoreCompleted restored = restored(backup);
    assertThat(restored.store()).isEqualTo("warm");
    assertThat(source.query(ITEMS)).containsExactly("100000");

    service.bean(WarmRounds.class).run();
    WarmCopy again = ready(backup);
    WarmCopy second = ready(drilled());
    await().atMost(LONG).until(() -> !source.databases().contains(again.name()));
    assertThat(source.databases()).containsExactly(source.name(), restored.keptAs(), second.name());
    assertThat(service.get("/warm-copies").body()).contains(second.name(), "\"state\":\"ready\"");

    neighbours.tell(RunningService.manifest(ORDERS, source, folder, null, false));
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
  @DisplayName("is not made of a database that is too large for it")
  void noRoom() throws Exception {
    try (Connection connection =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      new Room(connection, source.access(), Long.MAX_VALUE).require();
      assertThatThrownBy(() -> new Room(connection, source.access(), 1 << 20).require())
          .isInstanceOf(BackupFailure.class)
          .hasMessageContaining("up to 1 MB are kept warm");
    }
  }

  private BackupId drilled() {
    BackupId id = BackupId.random();
    neighbours.tell(new BackupRequested(id, ORDERS, null, null, null, ProofLevel.DRILLED));
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
    neighbours.tell(new RestoreRequested(id, ORDERS, backup, null, null, null, null, null, null));
    return neighbours.await(RestoreCompleted.class, event -> event.restore().equals(id));
  }
}
