package dev.fairlead.backup.testing;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * The other services: tells what they would tell, and hears all that backup-service tells. What was
 * sent again after a crash is heard once, as by every reader: it has the id that it had before.
 */
public final class Neighbourhood implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, Envelope> heard = new LinkedHashMap<>();
  private final List<String> texts = new ArrayList<>();

  public Neighbourhood() {
    this.producer = producer();
    this.consumer = consumer();
  }

  public void tell(Event event) {
    try {
      producer.send(EventRecords.record(Envelope.of("test", Instant.now(), event))).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until such an event is told. */
  public <E extends Event> E await(Class<E> type, Predicate<E> wanted) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .until(() -> heard(type).stream().filter(wanted).toList(), found -> !found.isEmpty())
        .getFirst();
  }

  /** All of this type that were told until now. */
  public <E extends Event> List<E> heard(Class<E> type) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      texts.add(record.headers() + new String(record.value(), StandardCharsets.UTF_8));
      if (EventRecords.read(record.headers(), record.value())
          instanceof Reading.Known(Envelope fact)) {
        heard.putIfAbsent(fact.id(), fact);
      }
    }
    return heard.values().stream()
        .map(Envelope::event)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** The same with what was said about them, of which this is true. */
  public <E extends Event> List<Envelope> envelopes(Class<E> type, Predicate<E> wanted) {
    catchUp();
    return heard.values().stream()
        .filter(fact -> type.isInstance(fact.event()) && wanted.test(type.cast(fact.event())))
        .toList();
  }

  /** Hears all that was told until now. */
  public void catchUp() {
    consumer.endOffsets(consumer.assignment()).forEach(this::catchUp);
  }

  private void catchUp(TopicPartition partition, long end) {
    while (consumer.position(partition) < end) {
      heard(Event.class);
    }
  }

  /** Every record that was heard, as it was written. */
  public List<String> texts() {
    return texts;
  }

  private static KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(broker(), new StringSerializer(), new ByteArraySerializer());
  }

  /** Reads all partitions from the beginning: tests tell their events apart by ids. */
  private static KafkaConsumer<String, byte[]> consumer() {
    createTopics();
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(broker(), new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.BACKUPS.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  /** As a producer that is up before the first service would. */
  private static void createTopics() {
    try (Admin admin = Admin.create(broker())) {
      for (Topic topic : List.of(Topic.BACKUPS, Topic.APPLICATIONS)) {
        admin.createTopics(List.of(new NewTopic(topic.topicName(), 3, (short) 1))).all().get();
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new AssertionError(e);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Properties broker() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", Shared.kafka().bootstrapServers());
    return properties;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    consumer.close();
  }
}
