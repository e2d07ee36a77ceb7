package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The real bus, seen from outside: what a test tells, and what it then reads. */
final class Facts implements AutoCloseable {

  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", Shared.kafka().bootstrapServers()),
          new StringSerializer(),
          new ByteArraySerializer());
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Event> read = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  Facts(String... topics) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                Shared.kafka().bootstrapServers(),
                "group.id",
                "test-" + System.nanoTime(),
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topics));
  }

  void tell(Event event) throws Exception {
    producer.send(EventRecords.record(Envelope.of("deployer", Instant.now(), event))).get();
  }

  /** Everything of this kind so far that is meant. */
  <E extends Event> List<E> seen(Class<E> kind, Predicate<? super E> meant) {
    poll(Duration.ofMillis(200));
    return read.stream().filter(kind::isInstance).map(kind::cast).filter(meant).toList();
  }

  <E extends Event> List<E> await(Class<E> kind, int count, Predicate<? super E> meant) {
    until(() -> seen(kind, meant).size() >= count, "%d %s".formatted(count, kind.getSimpleName()));
    return seen(kind, meant);
  }

  String awaitDeadLetterReason() {
    until(
        () -> {
          poll(Duration.ofMillis(200));
          return !reasons.isEmpty();
        },
        "a dead letter");
    return reasons.getFirst();
  }

  private void until(BooleanSupplier condition, String what) {
    Instant deadline = Instant.now().plusSeconds(40);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waiting for %s; read %s", what, read).isBefore(deadline);
    }
  }

  private void poll(Duration patience) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(patience)) {
      if (record.topic().endsWith(".dead-letters")) {
        record
            .headers()
            .forEach(header -> reasons.add(new String(header.value(), StandardCharsets.UTF_8)));
      } else if (EventRecords.read(record.headers(), record.value())
          instanceof Reading.Known(Envelope envelope)) {
        read.add(envelope.event());
      }
    }
  }

  /** The topic and every other name in one place. */
  static String health() {
    return Topic.HEALTH.topicName();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
