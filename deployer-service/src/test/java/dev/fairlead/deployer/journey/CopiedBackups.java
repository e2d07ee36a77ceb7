package dev.fairlead.deployer.journey;

import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.journey.Snares.Moment;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Stands in for the backup service: a backup is a copy of the database, a restore puts the copy in
 * its place. A request counts once, however often it is told.
 */
final class CopiedBackups implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final MortalNeighbours neighbours;
  private final Snares snares;
  private final Set<Object> known = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> restores = new ConcurrentHashMap<>();
  private final KafkaProducer<String, byte[]> producer;
  private final Thread thread;
  private volatile boolean closing;

  CopiedBackups(MortalNeighbours neighbours, Snares snares) {
    this.neighbours = neighbours;
    this.snares = snares;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", neighbours.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    this.thread = Thread.ofPlatform().daemon().start(this::listen);
  }

  /** How often the application's database was restored. */
  int restores(String application) {
    return restores.getOrDefault(application, 0);
  }

  private void listen() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", neighbours.bootstrapServers(),
                "group.id", "copied-backups",
                "auto.offset.reset", "earliest",
                "metadata.max.age.ms", "500"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topic.BACKUPS.topicName()));
      while (!closing) {
        for (ConsumerRecord<String, byte[]> fact : consumer.poll(Duration.ofMillis(100))) {
          if (EventRecords.read(fact.headers(), fact.value())
              instanceof Reading.Known(Envelope envelope)) {
            on(envelope.event());
          }
        }
      }
    }
  }

  private void on(Event event) {
    if (event instanceof BackupRequested asked && known.add(asked.backup())) {
      Thread.startVirtualThread(() -> backUp(asked));
    } else if (event instanceof RestoreRequested asked && known.add(asked.restore())) {
      Thread.startVirtualThread(() -> restore(asked));
    }
  }

  private void backUp(BackupRequested asked) {
    String database = nameOf(asked.database());
    meet(database, "back-up-main");
    dump(database, database + "_copy");
    Instant now = Instant.now();
    tell(
        new BackupCompleted(
            asked.backup(),
            asked.database(),
            asked.deployment(),
            now,
            now,
            1,
            "0".repeat(64),
            "15",
            1,
            0,
            List.of()));
  }

  private void restore(RestoreRequested asked) {
    String database = nameOf(asked.database());
    meet(database, Snares.BACK + "restore-main");
    restore(database + "_copy", database);
    restores.merge(database, 1, Integer::sum);
    tell(
        new RestoreCompleted(
            asked.restore(),
            Objects.requireNonNull(asked.backup()),
            asked.database(),
            asked.deployment(),
            database,
            null,
            "copy",
            1,
            null));
  }

  private void meet(String application, String step) {
    try {
      snares.enter(application, step);
      snares.meet(Moment.IN);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the real one: whoever has a session in the database keeps it. */
  private void dump(String from, String to) {
    untilDone(
        () -> {
          renew(to, "template0");
          List<Process> programs =
              ProcessBuilder.startPipeline(
                  List.of(
                      new ProcessBuilder("pg_dump", "--dbname", address(from)),
                      new ProcessBuilder("psql", "--quiet", "--dbname", address(to))
                          .redirectOutput(ProcessBuilder.Redirect.DISCARD)));
          for (Process program : programs) {
            if (program.waitFor() != 0) {
              return false;
            }
          }
          return true;
        });
  }

  private void restore(String from, String to) {
    untilDone(
        () -> {
          renew(to, from);
          return true;
        });
  }

  /** Again and again: the server may have been killed, or have a session left. */
  private static void untilDone(Callable<Boolean> attempt) {
    await().atMost(PATIENCE).ignoreExceptions().until(attempt);
  }

  private void renew(String database, String template) {
    neighbours.postgres().execute("drop database if exists %s with (force)".formatted(database));
    neighbours.postgres().execute("create database %s template %s".formatted(database, template));
  }

  private String address(String database) {
    return "postgresql://%s:%s@127.0.0.1:%d/%s"
        .formatted(
            neighbours.postgres().user(),
            neighbours.postgres().password(),
            neighbours.postgres().port(),
            database);
  }

  private void tell(Event event) {
    producer.send(EventRecords.record(Envelope.of("backup", Instant.now(), event)));
    producer.flush();
  }

  private static String nameOf(DatabaseId database) {
    return database.value().substring(0, database.value().indexOf('/'));
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    producer.close(Duration.ofSeconds(1));
  }
}
