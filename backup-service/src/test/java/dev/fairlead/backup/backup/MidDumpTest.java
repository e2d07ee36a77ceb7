package dev.fairlead.backup.backup;

import static dev.fairlead.events.BackupEvent.BackupFailureReason.AUTHENTICATION_FAILED;
import static dev.fairlead.events.BackupEvent.BackupFailureReason.DUMP_FAILED;
import static dev.fairlead.events.BackupEvent.BackupFailureReason.MISSING_RIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.WatchedStore;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody changes the role on a real server while its database is being dumped. */
@DisplayName("A role that is changed while its database is dumped")
@InSecondLane
class MidDumpTest {

  private static final String END_SESSIONS =
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s'";

  @TempDir Path folder;
  private DiskStore store;
  private SourceDatabase source;

  @BeforeEach
  void database() {
    Neighbours.require("postgres", "pg_dump");
    store = new DiskStore("disk", folder.resolve("store"));
    source = SourceDatabase.createInSecondLane("middump").withOrders(100);
    source.sql(
        "create table a_noise as select md5(random()::text) || md5(random()::text) t from generate_series(1, 500000)");
  }

  @Test
  @DisplayName("and that may no longer read a table, of which nothing was dumped yet")
  void revoked() {
    BackupFailure failure =
        failureAfter(() -> source.sql("revoke all on items from " + source.role()));

    require(failure, MISSING_RIGHTS);
    assertThat(failure.detail()).contains("permission denied for table items");
  }

  @Test
  @DisplayName("and may no longer log in when pg_dump does")
  void lockedOutBefore() {
    BackupFailure failure =
        failure(
            () ->
                new Workshop(store)
                    .backups()
                    .run(
                        Workshop.order(source.access()),
                        new BackupPipeline.Witness() {
                          @Override
                          public void passed(long doneBytes, long expectedBytes) {}

                          @Override
                          public void found(Manifest.Source found) {
                            source.asSuperuser("alter role %s nologin".formatted(source.role()));
                          }
                        }));

    require(failure, AUTHENTICATION_FAILED);
    assertThat(failure.detail()).contains("not permitted to log in");
  }

  @Test
  @DisplayName("and whose sessions are ended, so that it cannot come back")
  void lockedOutAndEnded() {
    BackupFailure failure =
        failureAfter(
            () -> {
              source.asSuperuser("alter role %s nologin".formatted(source.role()));
              source.asSuperuser(END_SESSIONS.formatted(source.role()));
            });

    require(failure, DUMP_FAILED);
    assertThat(failure.detail()).containsAnyOf("administrator command", "closed the connection");
  }

  @Test
  @DisplayName("and that has another password from now on, ends what it began, and no more")
  void rotated() {
    Manifest manifest =
        workshop(
                () ->
                    source.asSuperuser("alter role %s password 'rotated'".formatted(source.role())))
            .backUp(source.access());

    assertThat(manifest.rows()).isEqualTo(500_200);
    assertThat(store.list("")).hasSize(2);
    assertThat(failure(() -> new Workshop(store).backUp(source.access())).reason())
        .isEqualTo(AUTHENTICATION_FAILED);
  }

  private BackupFailure failureAfter(Runnable change) {
    return failure(() -> workshop(change).backUp(source.access()));
  }

  private static BackupFailure failure(Runnable backup) {
    BackupFailure failure = catchThrowableOfType(BackupFailure.class, backup::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  private void require(BackupFailure failure, BackupFailureReason reason) {
    assertThat(failure.reason()).as(failure.sentence()).isEqualTo(reason);
    assertThat(failure.sentence()).doesNotContain(SourceDatabase.password());
    assertThat(store.list("")).isEmpty();
    assertThat(store.unfinished("")).isEmpty();
  }

  /** The change comes with the first part of the archive, which holds up all that follow. */
  private Workshop workshop(Runnable change) {
    AtomicBoolean first = new AtomicBoolean(true);
    Store watched =
        WatchedStore.of(
            store,
            () -> {
              if (first.getAndSet(false)) {
                change.run();
              }
            });
    return new Workshop(watched).withParts(64 * 1024);
  }
}
