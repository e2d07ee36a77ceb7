package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.events.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the broker has of deployments. What was sent again after a crash counts once, as it does for
 * every reader: it has the id that it had before.
 */
final class Told {

  private static final String TYPE = "dev.fairlead.deploy-";
  private static final JsonMapper JSON = new JsonMapper();

  private Told() {}

  /** Such as {@code started} for {@code deploy-started}; facts of single steps are left out. */
  static List<String> about(String deployment, String bootstrapServers) {
    return all(bootstrapServers).getOrDefault(deployment, List.of());
  }

  /** The same of all deployments. */
  static Map<String, List<String>> all(String bootstrapServers) {
    Map<String, List<String>> told = new HashMap<>();
    for (ConsumerRecord<String, byte[]> fact : records(Topic.DEPLOYMENTS, bootstrapServers)) {
      String type = header(fact, "ce_type");
      if (type.startsWith(TYPE) && !type.contains("step")) {
        told.computeIfAbsent(header(fact, "ce_correlationid"), id -> new ArrayList<>())
            .add(type.substring(TYPE.length(), type.lastIndexOf('.')));
      }
    }
    return told;
  }

  /** What the events of a kind say, such as {@code rollback-triggered}. */
  static List<JsonNode> data(String deployment, String kind, String bootstrapServers) {
    return records(Topic.DEPLOYMENTS, bootstrapServers).stream()
        .filter(fact -> header(fact, "ce_correlationid").equals(deployment))
        .filter(fact -> header(fact, "ce_type").startsWith("dev.fairlead." + kind + "."))
        .map(fact -> JSON.readTree(fact.value()))
        .toList();
  }

  /** What all events of a topic say. */
  static List<JsonNode> on(Topic topic, String bootstrapServers) {
    return records(topic, bootstrapServers).stream()
        .map(fact -> JSON.readTree(fact.value()))
        .toList();
  }

  /** Why a service could not take what was said of deployments. */
  static List<String> deadLetters(String service, String bootstrapServers) {
    return records(
            "%s.%s.dead-letters".formatted(Topic.DEPLOYMENTS.topicName(), service),
            bootstrapServers)
        .stream()
        .map(fact -> header(fact, "fairlead-reason"))
        .toList();
  }

  private static List<ConsumerRecord<String, byte[]>> records(
      Topic topic, String bootstrapServers) {
    return records(topic.topicName(), bootstrapServers);
  }

  private static List<ConsumerRecord<String, byte[]>> records(
      String topic, String bootstrapServers) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(one.topic(), one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<String, byte[]> fact : consumer.poll(Duration.ofSeconds(1))) {
          if (ids.add(header(fact, "ce_id"))) {
            records.add(fact);
          }
        }
      }
    }
    return records;
  }

  private static String header(ConsumerRecord<String, byte[]> fact, String name) {
    Header header = fact.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
