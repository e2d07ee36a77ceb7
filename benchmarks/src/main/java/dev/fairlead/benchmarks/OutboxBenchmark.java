package dev.fairlead.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
        fillTheOutbox(chassis);
        long processor = processorNanos();
        Duration took = relayAll(chassis);
        System.out.printf(
            "outbox round %d: %,d events in %,d ms: %,d events/s, %d µs of this process an event%n",
            round,
            EVENTS,
            took.toMillis(),
            EVENTS * 1_000L / took.toMillis(),
            (processorNanos() - processor) / 1_000 / EVENTS);
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

  /** While the relay rests. */
  private static void fillTheOutbox(ConfigurableApplicationContext chassis) {
    relay(chassis).stop();
    Outbox outbox = chassis.getBean(Outbox.class);
    TransactionTemplate transaction = chassis.getBean(TransactionTemplate.class);
    for (int i = 0; i < EVENTS / PER_TRANSACTION; i++) {
      transaction.executeWithoutResult(status -> appendSome(outbox));
    }
  }

  private static void appendSome(Outbox outbox) {
    for (int i = 0; i < PER_TRANSACTION; i++) {
      TargetId target = new TargetId("orders/production/" + i % KEYS);
      outbox.append(Envelope.of("benchmark", Instant.now(), new HeartbeatMissed(target, null, 60)));
    }
  }

  private static Duration relayAll(ConfigurableApplicationContext chassis)
      throws InterruptedException {
    JdbcClient database = chassis.getBean(JdbcClient.class);
    long start = System.nanoTime();
    relay(chassis).start();
    while (!isEmpty(database)) {
      Thread.sleep(10);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static SmartLifecycle relay(ConfigurableApplicationContext chassis) {
    return chassis.getBean("outboxRelay", SmartLifecycle.class);
  }

  /** Of this process, without broker and database: less a matter of what else the machine does. */
  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
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
