package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.dump.Snapshot;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A server that hangs")
@Timeout(120)
@InSecondLane
class HungServerTest {

  @TempDir Path folder;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
  }

  @Test
  @DisplayName("is given up when it lets in and says nothing, and backed up once it goes on")
  void login() throws Exception {
    Workshop workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    try (PostgresServer server = PostgresServer.start(folder.resolve("server"), Ports.free())) {
      DatabaseAccess access =
          new DatabaseAccess(
              "127.0.0.1", server.port(), "postgres", server.user(), server.password());
      signal("STOP", server.pid());
      try {
        workshop.withTimeLimit(Duration.ofSeconds(2));
        BackupFailure failure =
            catchThrowableOfType(BackupFailure.class, () -> workshop.backUp(access));
        assertThat(failure.reason()).isEqualTo(BackupFailureReason.DATABASE_UNREACHABLE);
        assertThat(failure.detail()).contains("does not answer");
      } finally {
        signal("CONT", server.pid());
      }

      assertThat(workshop.withTimeLimit(Duration.ofMinutes(1)).backUp(access).tables()).isEmpty();
    }
  }

  @Test
  @DisplayName("is given up in the middle of a snapshot, too")
  void snapshot() throws Exception {
    SourceDatabase source = SourceDatabase.createInSecondLane("hung").withOrders(1);
    try (Snapshot snapshot = Snapshot.take(source.access(), "hung", Duration.ofSeconds(1))) {
      long session =
          Long.parseLong(
              source
                  .query("select pid::text from pg_stat_activity where application_name = 'hung'")
                  .getFirst());
      signal("STOP", session);
      try {
        BackupFailure failure = catchThrowableOfType(BackupFailure.class, snapshot::requireRights);
        assertThat(failure.sentence()).contains("does not answer", "check that the server runs");
      } finally {
        signal("CONT", session);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"printf PGDMP; exec sleep 60", "\"$REAL\" \"$@\"; exec sleep 60"})
  @DisplayName(
      "or a pg_dump that does, before its first byte or after its last, fails when time is up")
  void dump(String script) throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("hangingdump").withOrders(10);
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop =
        new Workshop(store)
            .withPrograms(FakePrograms.pgDump(folder, script))
            .withTimeLimit(Duration.ofSeconds(3));

    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> workshop.backUp(source.access()));

    assertThat(failure.reason()).as(failure.detail()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(store.list("")).isEmpty();
    assertThat(store.unfinished("")).isEmpty();
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    assertThat(exit).isZero();
  }
}
