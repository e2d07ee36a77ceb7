package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not of a snapshot's time must not be taken for it: see {@link TableLocks}. */
@DisplayName("A table of a snapshot")
@InSecondLane
class TableLocksTest {

  private SourceDatabase source;
  private Snapshot snapshot;

  @BeforeEach
  void takeSnapshot() {
    Neighbours.require("postgres");
    source = SourceDatabase.createInSecondLane("held").withOrders(20);
    source.sql(
        "create table sales (year int) partition by list (year);"
            + " create table sales_2026 partition of sales for values in (2026);"
            + " create table \"odd.\"\"name\" (id int);"
            + " insert into sales values (2026)");
    snapshot = Snapshot.take(source.access(), "held", Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    snapshot.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate items",
        "truncate sales_2026",
        "drop table items",
        "drop table \"odd.\"\"name\"",
        "alter table items alter column sku type varchar(90) using sku || '.'",
        "alter table sales detach partition sales_2026"
      })
  @DisplayName("can be neither emptied nor rewritten nor dropped until its rows are counted:")
  void held(String statement) {
    ContentReading reading = snapshot.beginReading(true);

    assertThatThrownBy(() -> source.sql("set lock_timeout = 50; " + statement))
        .hasRootCauseMessage("ERROR: canceling statement due to lock timeout");

    DatabaseContent counted = reading.ended(reading.read());
    assertThat(counted.tables())
        .extracting(TableContent::qualifiedName, TableContent::rows)
        .contains(tuple("public.items", 20L), tuple("public.sales_2026", 1L));
    snapshot.close();
    source.sql("set lock_timeout = '20s'; " + statement);
  }

  @Test
  @DisplayName("can be read and written all the time")
  void open() {
    ContentReading reading = snapshot.beginReading(true);

    source.sql(
        "set lock_timeout = 50; delete from items; create index on items (sku);"
            + " insert into sales values (2026)");

    assertThat(reading.read().rows()).isEqualTo(41);
  }

  @Test
  @DisplayName("is given way to whoever waits for it")
  void givenWay() {
    snapshot.beginReading(true);
    AtomicReference<BackupFailure> why = new AtomicReference<>();
    Thread watch =
        Thread.startVirtualThread(
            new LockWatch(
                source.access(),
                "held",
                failure -> {
                  why.set(failure);
                  snapshot.close();
                }));

    source.sql("set lock_timeout = '60s'; truncate items");

    watch.interrupt();
    assertThat(why.get().detail()).contains("gave way", "waited for a lock on items");
  }

  @Test
  @DisplayName("is let go on the server as well when counting it is given up")
  void givenUp() throws Exception {
    snapshot.beginReading(false);
    Thread counting =
        Thread.startVirtualThread(
            () ->
                assertThatThrownBy(() -> snapshot.number("select 1::bigint from pg_sleep(600)"))
                    .isInstanceOf(BackupFailure.class));
    await().until(this::sessions, sessions -> sessions.contains("active"));

    snapshot.abandon();

    await().atMost(Duration.ofSeconds(20)).until(this::sessions, List::isEmpty);
    counting.join();
  }

  private List<String> sessions() {
    return source.query("select state from pg_stat_activity where application_name = 'held'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate items",
        "alter table items add column at timestamptz default clock_timestamp()",
        "drop table items",
        "drop table items; create table items (order_id bigint, sku text)",
        "alter table items rename to articles",
        "drop schema billing cascade",
        "drop sequence drawn"
      })
  @DisplayName("that is another one already is a reason to take the snapshot again:")
  void changed(String statement) {
    snapshot.close();
    source.sql("create sequence drawn");
    snapshot = Snapshot.take(source.access(), "held", Duration.ofMinutes(1));
    source.sql(statement);

    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> snapshot.beginReading(true));

    assertThat(failure.worthAnotherTry()).as(failure.detail()).isTrue();
    assertThat(failure.detail()).contains("after the snapshot was taken");
  }
}
