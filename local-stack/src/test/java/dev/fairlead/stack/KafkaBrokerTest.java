package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

  @TempDir Path data;

  @Test
  void goesOnWithItsRecordsAfterSigkill() throws Exception {
    int port = Ports.free();
    try (KafkaBroker broker = KafkaBroker.start(data, port)) {
      createTopic(broker, "facts");
      send(broker, "facts", "before");
      broker.kill();
    }
    try (KafkaBroker again = KafkaBroker.start(data, port)) {
      send(again, "facts", "after");
      assertThat(valuesOf(again, "facts", 2)).containsExactly("before", "after");
      again.stop();
      assertThat(Ports.answers(port)).isFalse();
    }
  }

  @Test
  void saysWhyWhenItsPortIsTaken() throws IOException {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> KafkaBroker.start(data, holder.getLocalPort()))
          .isInstanceOf(NeighbourFailed.class)
          .hasMessageContaining("is taken by another process");
    }
  }

  private static void createTopic(KafkaBroker broker, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  private static void send(KafkaBroker broker, String topic, String value) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, "key", value)).get(20, TimeUnit.SECONDS);
    }
  }

  private static List<String> valuesOf(KafkaBroker broker, String topic, int expected) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new java.util.ArrayList<>();
      for (int poll = 0; poll < 20 && values.size() < expected; poll++) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
