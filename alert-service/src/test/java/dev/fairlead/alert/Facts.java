package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.AlertEvent;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Reading;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The real bus, seen from outside: what the tests tell the service, and what it then says. */
final class Facts implements AutoCloseable {

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
  private final List<Event> read = new ArrayList<>();

  Facts() {
    consumer.subscribe(List.of(Topic.ALERTS.topicName()));
  }

  /**
   * @return the event's id
   */
  String tell(Event event) throws Exception {
    Envelope fact = Envelope.of("health", Instant.now(), event);
    producer.send(EventRecords.record(fact)).get();
    return fact.id();
  }

  /** A target of {@code application} in production breaks. */
  IncidentId degraded(String application) throws Exception {
    IncidentId incident = IncidentId.random();
    tell(
        new HealthDegraded(
            incident,
            new TargetId(application + "/production/http"),
            new ApplicationName(application),
            new EnvironmentName("production"),
            ProbeKind.HTTP,
            Severity.CRITICAL,
            3,
            120,
            Instant.now(),
            "connection refused <!channel> & co"));
    return incident;
  }

  void recovered(String application, IncidentId incident) throws Exception {
    tell(
        new HealthRecovered(
            incident,
            new TargetId(application + "/production/http"),
            new ApplicationName(application),
            new EnvironmentName("production"),
            1_000));
  }

  static String fingerprint(String application) {
    return "health-degraded:%s/production/http".formatted(application);
  }

  /** Everything of this kind that the service has said of the incident, once there are so many. */
  <E extends AlertEvent> List<E> await(Class<E> kind, IncidentId incident, int count) {
    Instant deadline = Instant.now().plusSeconds(30);
    List<E> seen = seen(kind, incident);
    while (seen.size() < count) {
      assertThat(Instant.now()).as("%s x %d in %s", kind, count, read).isBefore(deadline);
      seen = seen(kind, incident);
    }
    return seen;
  }

  /** Everything of this kind so far. */
  <E extends AlertEvent> List<E> seen(Class<E> kind) {
    poll();
    return read.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private <E extends AlertEvent> List<E> seen(Class<E> kind, IncidentId incident) {
    return seen(kind).stream()
        .filter(event -> event.subject().equals(incident.toString()))
        .toList();
  }

  private void poll() {
    for (var record : consumer.poll(Duration.ofMillis(200))) {
      if (EventRecords.read(record.headers(), record.value()) instanceof Reading.Known known) {
        read.add(known.envelope().event());
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
