package dev.fairlead.adr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the service told on the real bus. */
final class Facts implements AutoCloseable {

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Envelope> read = new ArrayList<>();

  Facts() {
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
    consumer.subscribe(List.of(Topic.DECISIONS.topicName(), Topic.DECISION_STATES.topicName()));
  }

  void tell(Event event) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", Shared.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(EventRecords.record(Envelope.of("deployer", Instant.now(), event))).get();
    }
  }

  <E extends Event> List<E> seen(Class<E> kind) {
    poll();
    return read.stream().map(Envelope::event).filter(kind::isInstance).map(kind::cast).toList();
  }

  <E extends Event> List<E> await(Class<E> kind, int count) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (seen(kind).size() < count) {
      assertThat(Instant.now())
          .as("waiting for %d %s; read %s", count, kind.getSimpleName(), read)
          .isBefore(deadline);
    }
    return seen(kind);
  }

  /** How many different events of this kind there were, repetitions not counted. */
  long distinctIds(Class<? extends Event> kind) {
    seen(kind);
    return read.stream()
        .filter(envelope -> kind.isInstance(envelope.event()))
        .map(Envelope::id)
        .distinct()
        .count();
  }

  DecisionState latestState(String decision) {
    poll();
    return seen(DecisionState.class).stream()
        .filter(state -> state.decision().value().equals(decision))
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  private void poll() {
    for (int empty = 0; empty < 2; ) {
      var records = consumer.poll(Duration.ofMillis(200));
      empty = records.isEmpty() ? empty + 1 : 0;
      for (ConsumerRecord<String, byte[]> record : records) {
        if (EventRecords.read(record.headers(), record.value())
            instanceof Reading.Known(Envelope envelope)) {
          read.add(envelope);
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
