package dev.fairlead.alert.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaAdmin;

@DisplayName("The backlog")
class BacklogTest {

  private static final Map<String, Object> BROKER =
      Map.of("bootstrap.servers", Shared.kafka().bootstrapServers());

  @Test
  @DisplayName("is empty once everything was read and committed, and not before")
  void untilRead() throws Exception {
    String group = "backlog-" + System.nanoTime();
    KafkaAdmin kafka = new KafkaAdmin(BROKER);
    // Which test comes first, and so whether a service has made the topic yet, is not ours to know.
    kafka.createOrModifyTopics(new NewTopic(Topic.APPLICATIONS.topicName(), 3, (short) 1));
    tell();
    try (Backlog backlog = new Backlog(kafka, group, Set.of(Topic.APPLICATIONS))) {
      assertThat(backlog.isEmpty()).as("nothing was read").isFalse();
      readAll(group, backlog);
      assertThat(backlog.isEmpty()).isTrue();
      tell();
      assertThat(backlog.isEmpty()).as("one more was written").isFalse();
    }
  }

  private static void tell() throws Exception {
    ApplicationRemoved event =
        new ApplicationRemoved(new ApplicationName("nobody"), new EnvironmentName("nowhere"));
    try (var producer =
        new KafkaProducer<String, byte[]>(
            BROKER, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(EventRecords.record(Envelope.of("test", Instant.now(), event))).get();
    }
  }

  private static void readAll(String group, Backlog backlog) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            Shared.kafka().bootstrapServers(),
            "group.id",
            group,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(Set.of(Topic.APPLICATIONS.topicName()));
      Instant deadline = Instant.now().plusSeconds(30);
      while (!backlog.isEmpty()) {
        assertThat(Instant.now()).isBefore(deadline);
        consumer.poll(Duration.ofMillis(200));
        consumer.commitSync();
      }
    }
  }
}
