package dev.fairlead.benchmarks;

import dev.fairlead.backup.BackupService;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How much memory backup-service has resident, as a process of its own with the options of the
 * local stack, while it backs up databases of growing size.
 */
public final class BackupMemoryBenchmark {

  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Duration BACKUP_LIMIT = Duration.ofHours(1);

  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx136m",
          "-Xss512k",
          "-Xmn8m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-XX:TrimNativeHeapInterval=10000",
          "-XX:CompileThresholdScaling=4",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=MemLimit,*.*,2M~stop",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Of a gigabyte: 20 KB each that do not compress, and as much text again that does. */
  private static final String CONTENT =
      """
      create table noise as
        select n, decode(string_agg(md5(random()::text), ''), 'hex') as bytes
          from generate_series(1, 400) n, generate_series(1, 1280) part group by n;
      create table pictures as
        select id, bytes || int4send(id) as bytes
          from generate_series(1, %1$d * 25000) id join noise on noise.n = id %% 400 + 1;
      create table texts as
        select n as id, now() - n * interval '1 second' as at,
               repeat('lorem ipsum ' || n %% 5000 || ' ', 20) as text
          from generate_series(1, %1$d * 1400000) n;
      """;

  private BackupMemoryBenchmark() {}

  /**
   * @param arguments sizes in gigabytes, 1 and 10 when left out; and options of the JVM
   */
  public static void main(String[] arguments) throws Exception {
    List<Integer> sizes =
        Stream.of(arguments).filter(a -> !a.startsWith("-")).map(Integer::valueOf).toList();
    List<String> options = Stream.of(arguments).filter(a -> a.startsWith("-")).toList();
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-benchmark-");
    try (KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), Ports.free())) {
      int port = Ports.free();
      Process service =
          Program.start(
              command(options),
              environment(kafka, postgres, folder, port),
              folder,
              folder.resolve("service.log"),
              Lifetime.OF_THIS_JVM);
      try {
        awaitReady(service, port);
        Resident resident = new Resident(service.toHandle());
        System.out.printf(
            "backup-service ready: %d MB resident, %.1f s of processor time%n",
            resident.megabytes(), seconds(resident.processorTime()));
        for (int gigabytes : sizes.isEmpty() ? List.of(1, 10) : sizes) {
          measure(kafka, postgres, folder, gigabytes, resident);
        }
      } finally {
        service.destroy();
        service.waitFor();
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static void measure(
      KafkaBroker kafka, PostgresServer postgres, Path folder, int gigabytes, Resident resident)
      throws Exception {
    String database = "sized" + gigabytes;
    postgres.createDatabase(database);
    try (var connection = postgres.connect(database);
        var statement = connection.createStatement()) {
      statement.execute(CONTENT.formatted(gigabytes));
    }
    try (BackupBus bus = new BackupBus(kafka)) {
      bus.name(postgres, folder, database);
      Duration processorTime = resident.processorTime();
      Duration took = bus.backUp(BackupId.random(), database, BACKUP_LIMIT);
      System.out.printf(
          "%d GB: %.1f s, %.1f s of processor time; at most %d MB resident until now%n",
          gigabytes,
          seconds(took),
          seconds(resident.processorTime().minus(processorTime)),
          resident.peakMegabytes());
    }
    postgres.execute("drop database " + database);
  }

  private static List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Executables.java().toString());
    command.addAll(JVM);
    command.addAll(options);
    Distribution distribution = new Distribution(Distribution.BUILT);
    String classPath = distribution.classPath(List.of("common-service", "backup-service"));
    command.addAll(List.of("-cp", classPath, BackupService.class.getName()));
    return command;
  }

  private static Map<String, String> environment(
      KafkaBroker kafka, PostgresServer postgres, Path folder, int port) {
    return Map.of(
        "FAIRLEAD_PORT", Integer.toString(port),
        "FAIRLEAD_HOME", folder.resolve("home").toString(),
        "FAIRLEAD_KAFKA", kafka.bootstrapServers(),
        "FAIRLEAD_DB_URL", postgres.createDatabase("catalogue"),
        "FAIRLEAD_DB_USER", postgres.user(),
        "FAIRLEAD_DB_PASSWORD", postgres.password(),
        "FAIRLEAD_SECURITY_TOKENSFILE", folder.resolve("tokens.yaml").toString());
  }

  private static void awaitReady(Process service, int port)
      throws IOException, InterruptedException {
    URI readiness = URI.create("http://127.0.0.1:%d/actuator/health/readiness".formatted(port));
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!answers(client, readiness)) {
        if (!service.isAlive() || System.nanoTime() > deadline) {
          throw new IllegalStateException("backup-service is not ready");
        }
        Thread.sleep(100);
      }
    }
  }

  private static boolean answers(HttpClient client, URI readiness) throws InterruptedException {
    try {
      return client
              .send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }
}
