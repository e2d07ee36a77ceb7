package dev.fairlead.benchmarks;

import dev.fairlead.backup.BackupService;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a deployment waits for besides the dump itself: from {@code backup-requested} sent to {@code
 * backup-completed} received, less the time between the first and the last moment of the work.
 */
public final class GateBenchmark {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int WARM_UP = 20;
  private static final int MEASURED = 150;

  private GateBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-benchmark-");
    try (KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), Ports.free());
        ConfigurableApplicationContext service = service(kafka, postgres, folder);
        BackupBus bus = new BackupBus(kafka)) {
      postgres.createDatabase("orders");
      bus.name(postgres, folder, "orders");
      JdbcClient catalogue = service.getBean(JdbcClient.class);
      List<Long> overheads = new ArrayList<>();
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        long overhead = overheadMillis(bus, catalogue);
        if (i >= WARM_UP) {
          overheads.add(overhead);
        }
      }
      overheads.sort(Long::compare);
      System.out.printf(
          "gate: %d backups; besides the dump p50 %d ms, p99 %d ms, most %d ms%n",
          MEASURED,
          overheads.get(MEASURED / 2),
          overheads.get(MEASURED * 99 / 100),
          overheads.getLast());
    } finally {
      Folders.delete(folder);
    }
  }

  private static long overheadMillis(BackupBus bus, JdbcClient catalogue)
      throws ExecutionException, InterruptedException {
    BackupId backup = BackupId.random();
    long whole = bus.backUp(backup, "orders", LIMIT).toMillis();
    long work =
        catalogue
            .sql("select extract(epoch from ended_at - started_at) * 1000 from backup where id = ?")
            .param(backup.value())
            .query(Long.class)
            .single();
    return whole - work;
  }

  private static ConfigurableApplicationContext service(
      KafkaBroker kafka, PostgresServer postgres, Path folder) {
    Map<String, String> settings =
        Map.of(
            "server.port", "0",
            "spring.kafka.bootstrap-servers", kafka.bootstrapServers(),
            "spring.datasource.url", postgres.createDatabase("catalogue"),
            "spring.datasource.username", postgres.user(),
            "spring.datasource.password", postgres.password(),
            "fairlead.security.tokens-file", folder.resolve("tokens.yaml").toString(),
            "fairlead.backup.disk.folder", folder.resolve("store").toString(),
            "fairlead.backup.drill.folder", folder.resolve("drills").toString(),
            "fairlead.backup.identity-file", folder.resolve("identity.txt").toString());
    return new SpringApplicationBuilder(BackupService.class)
        .run(
            settings.entrySet().stream()
                .map(setting -> "--%s=%s".formatted(setting.getKey(), setting.getValue()))
                .toArray(String[]::new));
  }
}
