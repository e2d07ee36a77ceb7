package dev.fairlead.stack.testing;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.kafka.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The shared broker, seen from outside a service: what a test tells it, and what it then says. What
 * was sent again after a crash counts once, as it does for every reader: it has the id that it had
 * before.
 */
public final class Facts implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String DEAD_LETTERS = ".dead-letters";

  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", Shared.kafka().bootstrapServers()),
          new StringSerializer(),
          new ByteArraySerializer());
  private final KafkaConsumer<String, byte[]> consumer =
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
  private final Map<String, Envelope> read = new LinkedHashMap<>();
  private final List<String> deadLetterReasons = new ArrayList<>();

  private Facts(List<String> topics) {
    consumer.subscribe(topics);
  }

  /** Reads these topics from their beginning, as soon as they exist. */
  public static Facts on(String... topics) {
    return new Facts(List.of(topics));
  }

  /**
   * Tells a fact, and returns when the broker has it.
   *
   * @param service in whose name it is told
   * @return the event's id
   */
  public String tell(String service, Event event) throws ExecutionException, InterruptedException {
    Envelope fact = Envelope.of(service, Instant.now(), event);
    producer.send(EventRecords.record(fact)).get();
    return fact.id();
  }

  /** Everything of this kind until now. */
  public <E extends Event> List<E> seen(Class<E> kind) {
    return seen(kind, _ -> true);
  }

  /** Everything of this kind until now that is meant. */
  public <E extends Event> List<E> seen(Class<E> kind, Predicate<? super E> meant) {
    return envelopes().stream()
        .map(Envelope::event)
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(meant)
        .toList();
  }

  /** Everything until now. */
  public List<Envelope> envelopes() {
    for (var records = consumer.poll(POLL);
        !records.isEmpty();
        records = consumer.poll(Duration.ZERO)) {
      records.forEach(this::take);
    }
    return List.copyOf(read.values());
  }

  /**
   * Waits until so many of them were told.
   *
   * @throws AssertionError after a minute, with all that was read
   */
  public <E extends Event> List<E> await(Class<E> kind, int count, Predicate<? super E> meant) {
    until(() -> seen(kind, meant).size() >= count, "%d %s".formatted(count, kind.getSimpleName()));
    return seen(kind, meant);
  }

  public <E extends Event> List<E> await(Class<E> kind, int count) {
    return await(kind, count, _ -> true);
  }

  /** Why a service refused something; needs its topic of dead letters among those that are read. */
  public String awaitDeadLetterReason() {
    until(
        () -> {
          envelopes();
          return !deadLetterReasons.isEmpty();
        },
        "a dead letter");
    return deadLetterReasons.getFirst();
  }

  private void until(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("%s did not come; read %s".formatted(what, read.values()));
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> told) {
    if (told.topic().endsWith(DEAD_LETTERS)) {
      told.headers()
          .forEach(
              header -> deadLetterReasons.add(new String(header.value(), StandardCharsets.UTF_8)));
    } else if (EventRecords.read(told.headers(), told.value())
        instanceof Reading.Known(Envelope envelope)) {
      read.putIfAbsent(envelope.id(), envelope);
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
