package dev.fairlead.backup.backup;

import static dev.fairlead.events.BackupEvent.BackupFailureReason.TIMED_OUT;
import static dev.fairlead.events.BackupEvent.BackupFailureReason.TOOL_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.FaultyStore;
import dev.fairlead.backup.testing.FaultyStore.Fault;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong, there is no backup, its reason is classified, and nothing is left of it. */
@DisplayName("A backup that goes wrong")
class FaultMatrixTest {

  /** Two parts, since it cannot be compressed. A store that fails changes nothing in it. */
  private static SourceDatabase noise;

  @TempDir Path folder;
  private Store near;
  private Store far;

  @BeforeAll
  static void makeNoise() {
    Neighbours.require("postgres", "pg_dump");
    noise = SourceDatabase.create("faulty").withOrders(1);
    noise.sql(
        "create table noise as select string_agg(md5(random()::text), '') t from generate_series(1, 330000)");
  }

  @BeforeEach
  void stores() {
    near = new DiskStore("near", folder.resolve("near"));
    far = new DiskStore("far", folder.resolve("far"));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Fault.class)
  @DisplayName("because the nearer of two stores")
  void nearStore(Fault fault) {
    requireFailure(fault.reason(), new Workshop(new FaultyStore(near, fault), far), noise);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Fault.class)
  @DisplayName("because the farther of two stores")
  void farStore(Fault fault) {
    requireFailure(fault.reason(), new Workshop(near, new FaultyStore(far, fault)), noise);
  }

  /** name :: reason :: what pg_dump does. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " :: ",
      quoteCharacter = '\0',
      textBlock =
          """
          is killed :: DUMP_FAILED :: "$REAL" "$@" | head -c 20000; kill -9 $$
          is terminated :: DUMP_FAILED :: "$REAL" "$@" | head -c 20000; kill $$
          crashes :: DUMP_FAILED :: kill -SEGV $$
          fails after a whole dump :: DUMP_FAILED :: "$REAL" "$@"; exit 1
          says nothing and fails :: DUMP_FAILED :: exit 3
          says nothing and succeeds :: EMPTY_RESULT :: exit 0
          writes something else :: EMPTY_RESULT :: echo "-- PostgreSQL database dump"
          is cut at a tenth and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$0.out"; head -c $(($(wc -c <"$0.out") / 10)) "$0.out"
          is cut in the middle and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$0.out"; head -c $(($(wc -c <"$0.out") / 2)) "$0.out"
          is cut shortly before the end and its exit code lost :: DUMP_FAILED :: "$REAL" "$@" >"$0.out"; head -c $(($(wc -c <"$0.out") * 99 / 100)) "$0.out"
          loses its last byte and its exit code :: DUMP_FAILED :: "$REAL" "$@" | head -c -1
          goes on after its end :: DUMP_FAILED :: "$REAL" "$@"; echo more
          hangs :: TIMED_OUT :: printf PGDMP; exec sleep 60
          hangs after a whole dump :: TIMED_OUT :: "$REAL" "$@"; exec sleep 60
          is not executable at all :: TOOL_MISMATCH :: #
          finds the password changed :: AUTHENTICATION_FAILED :: "$PSQL" -qc "alter role $PGUSER password 'rotated'"; exec "$REAL" "$@"
          finds its rights revoked :: MISSING_RIGHTS :: "$PSQL" -qc "revoke all on items from $PGUSER"; exec "$REAL" "$@"
          finds no server :: DATABASE_UNREACHABLE :: PGPORT=1 exec "$REAL" "$@"
          """)
  @DisplayName("because pg_dump")
  void pgDump(String name, BackupFailureReason reason, String script) throws IOException {
    SourceDatabase source = SourceDatabase.create("fake").withOrders(9_500);
    Path programs = FakePrograms.pgDump(folder, script);
    if (reason == TOOL_MISMATCH) {
      Files.writeString(programs.resolve("pg_dump"), "no program");
    }
    Duration limit = reason == TIMED_OUT ? Duration.ofMillis(1_500) : Duration.ofMinutes(2);

    requireFailure(
        reason, new Workshop(near, far).withPrograms(programs).withTimeLimit(limit), source);
  }

  private void requireFailure(
      BackupFailureReason reason, Workshop workshop, SourceDatabase source) {
    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> workshop.backUp(source.access()));

    assertThat(failure).isNotNull();
    assertThat(failure.reason()).as(failure.sentence()).isEqualTo(reason);
    assertThat(failure.advice()).isNotBlank();
    assertThat(failure.sentence()).doesNotContain(SourceDatabase.password());
    for (Store store : List.of(near, far)) {
      assertThat(store.list("")).as("objects in %s", store.name()).isEmpty();
      assertThat(store.unfinished("")).as("uploads in %s", store.name()).isEmpty();
    }
  }

  @Test
  @DisplayName("is none when only the clock does: it runs backwards, and jumps by years")
  void clock() {
    SourceDatabase source = SourceDatabase.create("clock").withOrders(20);
    Workshop workshop = new Workshop(near, far).withClock(new JumpingClock());

    Manifest manifest = workshop.backUp(source.access());

    assertThat(manifest.source().snapshotAt())
        .as("told by the database, not by our clock")
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(near.list("")).hasSize(2);
    assertThat(far.list("")).hasSize(2);
  }

  private static final class JumpingClock extends Clock {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      int times = asked.incrementAndGet();
      return times % 2 == 0
          ? Instant.parse("2099-01-01T00:00:00Z")
          : Instant.parse("2001-01-01T00:00:00Z").minusSeconds(times);
    }
  }
}
