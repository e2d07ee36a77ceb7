package dev.fairlead.benchmarks;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.backup.BackupOrder;
import dev.fairlead.backup.backup.BackupPipeline;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.restore.DatabaseIdentity;
import dev.fairlead.backup.restore.RestoreOrder;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Backups and restores beside PostgreSQL's own tools, in turns on one server: {@code pg_dump |
 * gzip}, the pipeline without and with content hashes; then {@code createdb} with {@code
 * pg_restore} of a plain dump, and the restore of the encrypted copy. Run it with the heap of the
 * local stack to see the memory.
 */
public final class BackupBenchmark {

  private static final DatabaseId DATABASE = new DatabaseId("benchmark/local/main");
  private static final long MB = 1 << 20;

  /** What a table of an application often is: numbers, times, names, amounts. */
  private static final String ONE_TABLE =
      """
      create table payments as
        select n::bigint as id, gen_random_uuid() as number, 1 + n %% 40000 as customer,
               now() - n * interval '7 seconds' as at, (random() * 90000)::numeric(10, 2) as amount,
               (array['open', 'paid', 'refunded', 'failed'])[1 + n %% 4] as state,
               'invoice ' || n || ' of customer ' || n %% 40000 as note
          from generate_series(1, %d) n
      """;

  /** The same for everybody's gzip: rows of pgbench, most of them blanks. */
  private static final String BLANKS =
      """
      create table pgbench_accounts as
        select n as aid, n / 100000 as bid, 0 as balance, ''::char(84) as filler
          from generate_series(1, %d) n
      """;

  /** Documents, identifiers and texts, and pictures that do not compress. */
  private static final String DOCUMENTS =
      """
      create table orders as
        select n as id, gen_random_uuid() as number, now() - n * interval '1 second' as at,
               jsonb_build_object('customer', md5(n::text), 'lines', n %% 9, 'city', 'city ' || n %% 700,
                                  'note', repeat('lorem ipsum ' || n %% 50 || ' ', 12)) as document
          from generate_series(1, %d) n
      """;

  private static final String PICTURES =
      """
      create table pictures as
        select n as id, decode(string_agg(md5(random()::text), ''), 'hex') as bytes
          from generate_series(1, %d) n, generate_series(1, 640) part group by n
      """;

  private final PostgresServer server;
  private final Path folder;
  private final AgeIdentity identity = AgeIdentity.parse(AgeIdentity.generate());
  private final StatementKey key = StatementKey.parse(StatementKey.generate());

  private BackupBenchmark(PostgresServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /**
   * @param arguments the size of each database in hundreds of megabytes, 4 when left out
   */
  public static void main(String[] arguments) throws Exception {
    int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-benchmark-");
    try (PostgresServer server = PostgresServer.start(folder.resolve("postgres"), Ports.free())) {
      BackupBenchmark benchmark = new BackupBenchmark(server, folder);
      benchmark.measure("one_table", List.of(ONE_TABLE.formatted(size * 800_000)));
      benchmark.measure("blanks", List.of(BLANKS.formatted(size * 750_000)));
      benchmark.measure(
          "mixed", List.of(DOCUMENTS.formatted(size * 100_000), PICTURES.formatted(size * 4_000)));
    } finally {
      Folders.delete(folder);
    }
    System.out.printf(
        "most memory this process had resident: %d MB%n",
        new Resident(ProcessHandle.current()).peakMegabytes());
  }

  private void measure(String database, List<String> contents) throws Exception {
    server.createDatabase(database);
    for (String table : contents) {
      execute(database, table);
    }
    execute(database, "vacuum analyze");
    for (int round = 1; round <= 2; round++) {
      dumps(database, round);
      restores(database, round);
    }
  }

  private void dumps(String database, int round) throws Exception {
    Path zipped = folder.resolve("dump.gz");
    Duration gzip = shell("%s/pg_dump %s | gzip > %s".formatted(bin(), database, zipped));
    Timed plain = backUp(database, false);
    Timed hashed = backUp(database, true);
    System.out.printf(
        "%s round %d: gzip %.1f s %d MB; pipeline %.1f s %d MB, %.1f times as fast; with hashes %.1f s, %.1f times%n",
        database,
        round,
        seconds(gzip),
        Files.size(zipped) / MB,
        seconds(plain.took()),
        plain.manifest().archive().sizeBytes() / MB,
        seconds(gzip) / seconds(plain.took()),
        seconds(hashed.took()),
        seconds(gzip) / seconds(hashed.took()));
    Files.delete(zipped);
  }

  private void restores(String database, int round) throws Exception {
    Path dump = folder.resolve("dump.custom");
    shell("%s/pg_dump -Fc -Z0 -f %s %s".formatted(bin(), dump, database));
    Duration created = shell("%s/createdb --template=template0 raw".formatted(bin()));
    Duration loaded = shell("%s/pg_restore -d raw < %s".formatted(bin(), dump));
    Duration raw = created.plus(loaded);
    Files.delete(dump);
    Manifest manifest = backUp(database, true).manifest();
    long begun = System.nanoTime();
    new RestorePipeline(List.of(store()), () -> identity, null)
        .run(
            new RestoreOrder(
                RestoreId.random(), manifest, access(database), "ours", "unused", null, null),
            new Unheard());
    Duration ours = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf(
        "%s round %d: createdb %.2f s, pg_restore %.2f s; restore %.2f s, %.2f times as long as both, %.2f as the second%n",
        database,
        round,
        seconds(created),
        seconds(loaded),
        seconds(ours),
        seconds(ours) / seconds(raw),
        seconds(ours) / seconds(loaded));
    server.execute("drop database raw");
    server.execute("drop database ours");
  }

  private record Timed(Manifest manifest, Duration took) {}

  private static final class Unheard implements RestorePipeline.Witness {

    @Override
    public void created(DatabaseIdentity database) {}

    @Override
    public void corrupted(String store, String detail) {}
  }

  private Timed backUp(String database, boolean hashed) {
    BackupPipeline pipeline =
        new BackupPipeline(
            List.of(store()),
            () -> new AgeRecipients(identity.recipients()),
            () -> key,
            new BackupPipeline.Options(
                null, new Compression(3, 1), (int) (16 * MB), hashed, Duration.ofMinutes(10)),
            Clock.systemUTC());
    long begun = System.nanoTime();
    Manifest manifest =
        pipeline.run(
            new BackupOrder(BackupId.random(), DATABASE, null, Instant.now(), 1, access(database)),
            (done, expected) -> {});
    return new Timed(manifest, Duration.ofNanos(System.nanoTime() - begun));
  }

  private DiskStore store() {
    return new DiskStore("disk", folder.resolve("store"));
  }

  private DatabaseAccess access(String database) {
    return new DatabaseAccess(
        "127.0.0.1", server.port(), database, server.user(), server.password());
  }

  private static Path bin() {
    return PostgresBinaries.required().folder();
  }

  private Duration shell(String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command).inheritIO();
    builder.environment().put("PGHOST", "127.0.0.1");
    builder.environment().put("PGPORT", Integer.toString(server.port()));
    builder.environment().put("PGUSER", server.user());
    builder.environment().put("PGPASSWORD", server.password());
    long begun = System.nanoTime();
    int exitCode = builder.start().waitFor();
    if (exitCode != 0) {
      throw new IllegalStateException("'%s' ended with %d".formatted(command, exitCode));
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void execute(String database, String sql) throws Exception {
    try (var connection = server.connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }
}
