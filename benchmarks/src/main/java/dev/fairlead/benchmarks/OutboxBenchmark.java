package dev.fairlead.benchmarks;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How many events a second one relay carries from PostgreSQL to Kafka. Fills the outbox while the
 * relay rests, then lets it run until the outbox is empty; broker and database are real processes
 * of this machine.
 */
public final class OutboxBenchmark {

  private static final int EVENTS = 20_000;
  private static final int PER_TRANSACTION = 100;
  private static final int KEYS = 20;
  private static final int ROUNDS = 3;

  private OutboxBenchmark() {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Chassis {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("fairlead-benchmark-");
    try (KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), Ports.free());
        ConfigurableApplicationContext chassis = chassis(kafka, postgres)) {
      for (int round = 1; round <= ROUNDS; round++) {
        Duration took = relayAll(chassis);
        System.out.printf(
            "outbox round %d: %,d events in %,d ms: %,d events/s%n",
            round, EVENTS, took.toMillis(), EVENTS * 1_000L / took.toMillis());
      }
    } finally {
      delete(folder);
    }
  }

  private static ConfigurableApplicationContext chassis(
      KafkaBroker kafka, PostgresServer postgres) {
    return new SpringApplicationBuilder(Chassis.class)
        .web(WebApplicationType.NONE)
        .run(
            "--spring.config.import=classpath:fairlead-service.yaml",
            "--spring.application.name=benchmark",
            "--logging.level.root=warn",
            "--FAIRLEAD_KAFKA=" + kafka.bootstrapServers(),
            "--FAIRLEAD_DB_URL=" + postgres.createDatabase("benchmark"),
            "--FAIRLEAD_DB_USER=" + postgres.user(),
            "--FAIRLEAD_DB_PASSWORD=" + postgres.password());
  }

  private static Duration relayAll(ConfigurableApplicationContext chassis)
      throws InterruptedException {
    SmartLifecycle relay = chassis.getBean("outboxRelay", SmartLifecycle.class);
    JdbcClient database = chassis.getBean(JdbcClient.class);
    relay.stop();
    fill(chassis.getBean(Outbox.class), chassis.getBean(TransactionTemplate.class));
    long start = System.nanoTime();
    relay.start();
    while (!isEmpty(database)) {
      Thread.sleep(10);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void fill(Outbox outbox, TransactionTemplate transaction) {
    for (int i = 0; i < EVENTS / PER_TRANSACTION; i++) {
      transaction.executeWithoutResult(
          status -> {
            for (int j = 0; j < PER_TRANSACTION; j++) {
              outbox.append(
                  Envelope.of(
                      "benchmark",
                      Instant.now(),
                      new HeartbeatMissed(
                          new TargetId("orders/production/" + j % KEYS), null, 60)));
            }
          });
    }
  }

  private static boolean isEmpty(JdbcClient database) {
    return !database
        .sql("select exists (select 1 from chassis.outbox)")
        .query(Boolean.class)
        .single();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
