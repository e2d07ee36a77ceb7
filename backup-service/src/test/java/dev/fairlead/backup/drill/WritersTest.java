package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.dump.ContentComparison;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("While a database is written to as fast as it goes")
@InSecondLane
class WritersTest {

  private static final String HISTORY = "select count(*)::text from pgbench_history";

  /** A changed, a missing and a doubled row. */
  private static final List<String> MUTATIONS =
      List.of(
          "update public.pgbench_history set delta = delta + 1 where ctid = %s",
          "delete from public.pgbench_history where ctid = %s",
          "insert into public.pgbench_history select * from public.pgbench_history where ctid = %s");

  @TempDir Path folder;

  /** Of the long run; see benchmarks/README.md. */
  private static final int MANY_ROUNDS = Integer.getInteger("fairlead.writers.rounds", 50);

  /** What the long run must have been written with, and is told of in its report. */
  private static final int PROMISED_PER_SECOND = 1_000;

  @Test
  @DisplayName("drills find exactly what the snapshot of each dump held")
  void snapshots() throws Exception {
    assertThat(transactionsPerSecond(2)).as("somebody did write").isGreaterThan(20);
  }

  @Test
  @Tag("long")
  @DisplayName("drills find it in each of many rounds, with a thousand transactions a second")
  void manySnapshots() throws Exception {
    long rate = transactionsPerSecond(MANY_ROUNDS);
    Files.writeString(
        Path.of("target", "writers.txt"),
        "%d rounds, all equal, %d transactions/s meanwhile%n".formatted(MANY_ROUNDS, rate));

    assertThat(rate).isGreaterThanOrEqualTo(PROMISED_PER_SECOND);
  }

  /** So many were committed while the rounds went on, all of which found what they must. */
  private long transactionsPerSecond(int rounds) throws Exception {
    Neighbours.require("postgres", "pg_dump", "initdb", "pgbench");
    SourceDatabase source = SourceDatabase.createInSecondLane("busy");
    Workshop workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    pgbench(source, "-i", "-q", "-s", "2").waitFor();
    Process writers = pgbench(source, "-n", "-N", "-M", "prepared", "-c", "4", "-T", "86400");
    try {
      await().atMost(Duration.ofSeconds(30)).until(() -> history(source) > 500);
      long before = history(source);
      long begun = System.nanoTime();
      for (int round = 1; round <= rounds; round++) {
        Manifest manifest = workshop.backUp(source.access());

        assertThat(workshop.drill(manifest, folder.resolve("drills"))).isInstanceOf(Proved.class);
        assertThat(manifest.tables()).allMatch(table -> table.hash() != null);
        assertThat(history(source)).as("written meanwhile").isGreaterThan(inSnapshot(manifest));
        requireMutationsAreCaught(source, workshop, manifest, round);
      }
      assertThat(writers.isAlive()).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      long rate = (history(source) - before) * 1_000 / took.toMillis();
      System.out.printf("%d rounds, %d transactions/s meanwhile%n", rounds, rate);
      return rate;
    } finally {
      writers.destroy();
      writers.waitFor();
    }
  }

  /** In a restored copy: one row, another in each round. */
  private static void requireMutationsAreCaught(
      SourceDatabase source, Workshop workshop, Manifest manifest, int round) throws SQLException {
    String copy = source.name() + "_copy";
    workshop.restore(manifest, source.access(), copy, "unused");
    DatabaseContent expected = DatabaseContent.of(manifest);
    String row =
        "(select ctid from public.pgbench_history offset %d limit 1)".formatted(round * 37 % 500);
    try (Connection connection =
        PostgresConnections.open(source.access().toDatabase(copy), "test")) {
      connection.setAutoCommit(false);
      assertThat(difference(connection, expected)).as("as it was").isEmpty();
      for (String mutation : MUTATIONS) {
        try (var statement = connection.createStatement()) {
          assertThat(statement.executeUpdate(mutation.formatted(row))).isOne();
        }
        assertThat(difference(connection, expected))
            .as("%s in round %d", mutation, round)
            .contains("pgbench_history");
        connection.rollback();
      }
    }
    source.sql("postgres", "drop database " + copy);
  }

  private static String difference(Connection connection, DatabaseContent expected)
      throws SQLException {
    return ContentComparison.difference(
        expected, DatabaseContent.survey(connection, expected.hashedBy().orElse(null)));
  }

  private static long history(SourceDatabase source) {
    return Long.parseLong(source.query(HISTORY).getFirst());
  }

  private static long inSnapshot(Manifest manifest) {
    return manifest.tables().stream()
        .filter(table -> table.table().equals("pgbench_history"))
        .mapToLong(TableContent::rows)
        .sum();
  }

  private Process pgbench(SourceDatabase source, String... arguments) throws Exception {
    List<String> command = Stream.concat(Stream.of("pgbench"), Stream.of(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("pgbench.log").toFile());
    builder.environment().put("PGHOST", source.access().host());
    builder.environment().put("PGPORT", Integer.toString(source.access().port()));
    builder.environment().put("PGDATABASE", source.name());
    builder.environment().put("PGUSER", source.role());
    builder.environment().put("PGPASSWORD", SourceDatabase.password());
    return builder.start();
  }
}
