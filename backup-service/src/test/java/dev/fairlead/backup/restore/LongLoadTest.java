package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.WatchedStore;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.backup.warm.WarmPipeline;
import dev.fairlead.backup.warm.WarmPipeline.Made;
import dev.fairlead.backup.warm.WarmPipeline.Wanted;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("While a backup is loaded for hours")
@InSecondLane
class LongLoadTest {

  @TempDir Path folder;
  private SourceDatabase source;
  private Store disk;
  private Workshop workshop;
  private final AtomicBoolean loading = new AtomicBoolean();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.createInSecondLane("longload").withOrders(20);
    disk = new DiskStore("disk", folder.resolve("store"));
    workshop = new Workshop(WatchedStore.reading(disk, this::cut));
  }

  /** As a server, or a firewall, does with sessions that are idle for long. */
  private void cut(long bytes) {
    if (loading.get()) {
      looks.incrementAndGet();
      cuts.addAndGet(
          source
              .query(
                  "postgres",
                  "select pg_terminate_backend(pid)::text from pg_stat_activity"
                      + " where usename = '%s' and datname = 'postgres'".formatted(source.role()))
              .size());
    }
  }

  @Test
  @DisplayName("a session may be cut, and the restore comes to its end and leaves nothing behind")
  void restore() {
    Manifest manifest = workshop.backUp(source.access());
    loading.set(true);

    workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

    assertThat(source.databases()).containsExactly(source.name(), source.name() + "_copy");
    requireNoCuts();
  }

  @Test
  @DisplayName("a server may end idle sessions and long transactions, but not ours")
  void timeouts() throws SQLException {
    source.asSuperuser("alter role %s set idle_session_timeout = '1s'".formatted(source.role()));

    try (Connection connection = PostgresConnections.open(source.access(), "test");
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show idle_session_timeout")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("0");
    }
  }

  @Test
  @DisplayName("as a warm copy, what its server refuses is kept with it and told of its restore")
  void warm() {
    source.asSuperuser(
        "alter database %s set default_table_access_method to heap".formatted(source.name()));
    Manifest manifest = refusing(workshop.backUp(source.access()));
    AgeIdentity identity = AgeIdentity.parse(workshop.identityFile());
    String name = source.name() + "_warm";
    loading.set(true);

    Made made =
        new WarmPipeline(
                List.of(WatchedStore.reading(disk, this::cut)),
                () -> identity,
                null,
                Long.MAX_VALUE)
            .make(new Wanted(manifest, source.access(), name), (store, detail) -> {});

    requireNoCuts();
    assertThat(made.notSet()).singleElement().asString().contains("no_such_parameter");
    assertThat(restored(manifest, identity, copy(manifest, made, name)).notSet())
        .containsExactlyElementsOf(made.notSet());
    assertThat(source.databases()).containsExactly(source.name(), source.name() + "_kept");
  }

  @Test
  @DisplayName("the server may go away in the last moment, and is asked later what it did")
  void away() {
    Manifest manifest = workshop.backUp(source.access());
    AgeIdentity identity = AgeIdentity.parse(workshop.identityFile());
    RestoreOrder order =
        new RestoreOrder(
            RestoreId.random(),
            manifest,
            new DatabaseAccess("127.0.0.1", Ports.free(), source.name(), source.role(), "secret"),
            null,
            source.name() + "_kept",
            new DatabaseIdentity(null, 1),
            null);
    RestorePipeline impatient =
        new RestorePipeline(List.of(disk), () -> identity, null, new LostAnswer(Duration.ZERO));

    assertThatThrownBy(() -> impatient.alreadyDone(order))
        .isInstanceOfSatisfying(
            BackupFailure.class,
            it -> assertThat(it.reason()).isEqualTo(BackupFailureReason.INTERRUPTED));
  }

  private void requireNoCuts() {
    assertThat(looks).as("a look was taken").hasPositiveValue();
    assertThat(cuts).as("none waits for the end of it").hasValue(0);
  }

  private static Manifest refusing(Manifest manifest) {
    try {
      String json =
          new String(ManifestJson.write(manifest), StandardCharsets.UTF_8)
              .replace("default_table_access_method", "no_such_parameter");
      return ManifestJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static WarmCopy copy(Manifest manifest, Made made, String name) {
    return new WarmCopy(
        manifest.backup(),
        manifest.database(),
        name,
        made.database().oid(),
        made.database().server(),
        State.READY,
        1,
        Instant.EPOCH,
        null,
        null,
        made.notSet(),
        null,
        null);
  }

  private Restored restored(Manifest manifest, AgeIdentity identity, WarmCopy copy) {
    RestoreOrder order =
        new RestoreOrder(
            RestoreId.random(),
            manifest,
            source.access(),
            null,
            source.name() + "_kept",
            null,
            null,
            copy);
    return new RestorePipeline(List.of(disk), () -> identity, null).run(order, workshop);
  }
}
