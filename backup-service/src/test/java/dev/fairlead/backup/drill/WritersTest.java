package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("While a database is written to as fast as it goes")
class WritersTest {

  private static final String HISTORY = "select count(*)::text from pgbench_history";

  @TempDir Path folder;

  /** Set to 50 or so for the long run; see benchmarks/README.md. */
  private static final int ROUNDS = Integer.getInteger("fairlead.writers.rounds", 2);

  @Test
  @DisplayName("drills find exactly what the snapshot of each dump held")
  void snapshots() throws Exception {
    Neighbours.require("postgres", "pg_dump", "initdb", "pgbench");
    SourceDatabase source = SourceDatabase.create("busy");
    Workshop workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    pgbench(source, "-i", "-q", "-s", "2").waitFor();
    Process writers = pgbench(source, "-n", "-c", "4", "-j", "2", "-T", "86400");
    try {
      await().atMost(Duration.ofSeconds(30)).until(() -> history(source) > 500);
      long before = history(source);
      long begun = System.nanoTime();
      for (int round = 1; round <= ROUNDS; round++) {
        Manifest manifest = workshop.backUp(source.access());

        assertThat(workshop.drill(manifest, folder.resolve("drills"))).isInstanceOf(Proved.class);
        assertThat(manifest.tables()).allMatch(table -> table.hash() != null);
        assertThat(history(source)).as("written meanwhile").isGreaterThan(inSnapshot(manifest));
      }
      assertThat(writers.isAlive()).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.printf(
          "%d rounds, %d transactions/s meanwhile%n",
          ROUNDS, (history(source) - before) * 1_000 / took.toMillis());
    } finally {
      writers.destroy();
      writers.waitFor();
    }
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
