package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.files.RestorePointFiles;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A restore that was done, whose server then stays away")
class OpenEndTest {

  @TempDir Path folder;
  private SourceDatabase source;
  private Neighbourhood neighbours;
  private RunningService service;
  private DatabaseId database;
  private BackupId backup;

  @BeforeEach
  void backUp() {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("openend").withOrders(10);
    neighbours = new Neighbourhood();
    service = RunningService.start(RunningService.arguments(folder));
    database = service.know(source, neighbours, folder);
    backup = BackupId.random();
    neighbours.tell(new BackupRequested(backup, database, null, null, null, null));
    neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
      neighbours.close();
    }
  }

  @Test
  @DisplayName("is waited for, and what it replaced is known when the server is back")
  void back() {
    String kept = source.name() + "_before_now";
    source.asSuperuser("create database %s owner %s".formatted(kept, source.role()));
    RestoreId done = restoring(kept, oidOf(source.name()));
    RestoreId undone = restoring("never_made", 1);
    serverIsAt(1);

    assertThat(runner().run(done).orElseThrow()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(runner().run(done)).as("given up after the last attempt").isEmpty();
    runner().run(undone);
    assertThat(runner().run(undone)).isEmpty();
    assertThat(stateOf(done)).contains("\"state\":\"failed\"").doesNotContain(kept);
    assertThat(keptNames()).isEqualTo("[]");

    serverIsAt(source.access().port());
    service.bean(LeftDatabases.class).sweep();

    assertThat(keptNames()).contains(kept).doesNotContain("never_made");
    assertThat(stateOf(done)).contains("\"keptAs\":\"" + kept);
    assertThat(stateOf(undone)).doesNotContain("never_made");
    assertThat(service.delete("/kept-databases/" + done).statusCode()).isEqualTo(200);
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  @DisplayName("was not what another restore did with the same warm copy")
  void anothers() {
    long target = oidOf(source.name());
    RestoreId failed = restoring("never_made", target);
    RestoreId done = restoring("dropped_since", target);
    String end = "update restore set state = ?, ended_at = now() where id = ?";
    sql().sql(end).params("failed", failed.value()).update();
    sql().sql(end).params("completed", done.value()).update();
    sql()
        .sql("update restore set restored_into = ? where id = ?")
        .params(source.name(), done.value())
        .update();

    assertThat(isToldAsDone(failed)).isFalse();

    sql().sql("delete from restore where id = ?").param(done.value()).update();
    sql()
        .sql("update restore set temporary_gone_at = null where id = ?")
        .param(failed.value())
        .update();
    assertThat(isToldAsDone(failed)).as("with nobody else who did").isTrue();
  }

  /** As the log says it. */
  private boolean isToldAsDone(RestoreId restore) {
    Logger log = (Logger) LoggerFactory.getLogger(LeftDatabases.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);
    try {
      service.bean(LeftDatabases.class).sweep();
    } finally {
      log.detachAppender(said);
    }
    return said.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains(restore.toString()) && line.contains("it was done"));
  }

  /** Before its last attempt. */
  private RestoreId restoring(String keptAs, long temporaryOid) {
    RestoreId id = RestoreId.random();
    sql()
        .sql(
            "insert into restore (id, database, backup, requested_at, state, attempt, kept_as,"
                + " temporary_oid) values (?, ?, ?, now(), 'restoring', 7, ?, ?)")
        .params(id.value(), database.toString(), backup.value(), keptAs, temporaryOid)
        .update();
    return id;
  }

  private RestoreRunner runner() {
    RestorePipeline pipeline =
        new RestorePipeline(
            service.bean(Stores.class).all(),
            service.bean(AgeKeys.class)::identity,
            null,
            new LostAnswer(Duration.ZERO));
    return new RestoreRunner(
        service.bean(RestoreLedger.class),
        pipeline,
        service.bean(DatabaseLogin.class),
        service.bean(RestorePointFiles.class),
        service.bean(WarmCopies.class),
        Clock.systemUTC());
  }

  private void serverIsAt(int port) {
    sql()
        .sql("update known_database set port = ? where id = ?")
        .params(port, database.toString())
        .update();
  }

  private long oidOf(String name) {
    String query = "select oid::text from pg_database where datname = '%s'".formatted(name);
    return Long.parseLong(source.query("postgres", query).getFirst());
  }

  private String stateOf(RestoreId restore) {
    return service.get("/restores/" + restore).body();
  }

  private String keptNames() {
    return service.get("/kept-databases").body();
  }

  private JdbcClient sql() {
    return service.bean(JdbcClient.class);
  }
}
