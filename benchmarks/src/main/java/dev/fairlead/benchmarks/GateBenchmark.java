package dev.fairlead.benchmarks;

import dev.fairlead.backup.BackupService;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a deployment waits for besides the dump itself: from {@code backup-requested} sent to {@code
 * backup-completed} received, less the time between the first and the last moment of the work.
 */
public final class GateBenchmark {

  private static final DatabaseId DATABASE = new DatabaseId("benchmark/local/main");
  private static final int WARM_UP = 20;
  private static final int MEASURED = 150;

  private GateBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "fairlead-benchmark-");
    try (KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), Ports.free());
        ConfigurableApplicationContext service = service(kafka, postgres, folder);
        KafkaProducer<String, byte[]> producer = producer(kafka);
        KafkaConsumer<String, byte[]> consumer = consumer(kafka)) {
      send(producer, manifest(postgres, folder));
      JdbcClient catalogue = service.getBean(JdbcClient.class);
      List<Long> overheads = new ArrayList<>();
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        long overhead = overheadMillis(producer, consumer, catalogue);
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
    }
  }

  private static long overheadMillis(
      KafkaProducer<String, byte[]> producer,
      KafkaConsumer<String, byte[]> consumer,
      JdbcClient catalogue)
      throws Exception {
    BackupId backup = BackupId.random();
    long begun = System.nanoTime();
    send(producer, new BackupRequested(backup, DATABASE, null, null, "benchmark", null));
    while (!completed(consumer, backup)) {
      if (System.nanoTime() - begun > Duration.ofSeconds(30).toNanos()) {
        throw new IllegalStateException("no answer for backup " + backup);
      }
    }
    long whole = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    long work =
        catalogue
            .sql("select extract(epoch from ended_at - started_at) * 1000 from backup where id = ?")
            .param(backup.value())
            .query(Long.class)
            .single();
    return whole - work;
  }

  private static boolean completed(KafkaConsumer<String, byte[]> consumer, BackupId backup) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
      if (EventRecords.read(record.headers(), record.value())
              instanceof Reading.Known(Envelope fact)
          && fact.event() instanceof BackupCompleted done
          && done.backup().equals(backup)) {
        return true;
      }
    }
    return false;
  }

  private static void send(KafkaProducer<String, byte[]> producer, Event event) throws Exception {
    producer.send(EventRecords.record(Envelope.of("benchmark", Instant.now(), event))).get();
  }

  private static ApplicationApplied manifest(PostgresServer postgres, Path folder)
      throws Exception {
    postgres.createDatabase("orders");
    Path password = Files.writeString(folder.resolve("password"), postgres.password());
    return new ApplicationApplied(
        new ApplicationName("benchmark"),
        new EnvironmentName("local"),
        "0".repeat(64),
        null,
        List.of(),
        List.of(
            new Database(
                DATABASE,
                "127.0.0.1",
                postgres.port(),
                "orders",
                postgres.user(),
                new SecretReference("secret:file:" + password),
                null,
                null,
                DrillPolicy.NEVER,
                List.of())),
        Map.of());
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

  private static KafkaProducer<String, byte[]> producer(KafkaBroker kafka) {
    return new KafkaProducer<>(broker(kafka), new StringSerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<String, byte[]> consumer(KafkaBroker kafka) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(broker(kafka), new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.BACKUPS.topicName()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    return consumer;
  }

  private static Properties broker(KafkaBroker kafka) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    return properties;
  }
}
