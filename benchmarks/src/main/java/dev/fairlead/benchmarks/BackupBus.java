package dev.fairlead.benchmarks;

import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
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
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A deployer's side of backups: names databases, asks for backups and waits for the answer. */
final class BackupBus implements AutoCloseable {

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;

  /** Begins to listen at once; backup-service must have made the topics. */
  BackupBus(KafkaBroker kafka) {
    Properties broker = new Properties();
    broker.put("bootstrap.servers", kafka.bootstrapServers());
    producer = new KafkaProducer<>(broker, new StringSerializer(), new ByteArraySerializer());
    consumer = new KafkaConsumer<>(broker, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.BACKUPS.topicName()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** The databases of that server, under their names, drilled only when asked for. */
  void name(PostgresServer server, Path folder, String... databases)
      throws IOException, ExecutionException, InterruptedException {
    Path password = Files.writeString(folder.resolve("password"), server.password());
    send(
        new ApplicationApplied(
            new ApplicationName("benchmark"),
            new EnvironmentName("local"),
            "0".repeat(64),
            null,
            List.of(),
            Stream.of(databases).map(name -> database(server, name, password)).toList(),
            Map.of()));
  }

  private static Database database(PostgresServer server, String name, Path password) {
    return new Database(
        idOf(name),
        "127.0.0.1",
        server.port(),
        name,
        server.user(),
        new SecretReference("secret:file:" + password),
        null,
        null,
        DrillPolicy.NEVER,
        List.of(),
        null,
        null);
  }

  private static DatabaseId idOf(String database) {
    return new DatabaseId("benchmark/local/" + database);
  }

  /**
   * @return how long it took from the request to the answer
   */
  Duration backUp(BackupId backup, String database, Duration limit)
      throws ExecutionException, InterruptedException {
    long begun = System.nanoTime();
    send(new BackupRequested(backup, idOf(database), null, null, "benchmark", null));
    while (!completed(backup)) {
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new IllegalStateException("no answer for backup " + backup);
      }
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private boolean completed(BackupId backup) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
      if (EventRecords.read(record.headers(), record.value())
          instanceof Reading.Known(Envelope fact)) {
        if (fact.event() instanceof BackupFailed failed && failed.backup().equals(backup)) {
          throw new IllegalStateException("the backup failed: " + failed.detail());
        }
        if (fact.event() instanceof BackupCompleted done && done.backup().equals(backup)) {
          return true;
        }
      }
    }
    return false;
  }

  private void send(Event event) throws ExecutionException, InterruptedException {
    producer.send(EventRecords.record(Envelope.of("benchmark", Instant.now(), event))).get();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
