package dev.fairlead.alert.bus;

import dev.fairlead.events.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.core.KafkaAdmin;

/** Facts that are in Kafka and that this service has not read yet. */
final class Backlog implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 5;
  private static final long NOTHING = -1;

  private final Admin admin;
  private final String group;
  private final Set<Topic> topics;

  /**
   * @param group whose reading counts
   */
  Backlog(KafkaAdmin kafka, String group, Set<Topic> topics) {
    this.admin = Admin.create(Map.copyOf(kafka.getConfigurationProperties()));
    this.group = group;
    this.topics = topics;
  }

  /**
   * Whether everything that was written before this call has been read.
   *
   * @throws ExecutionException when a broker refuses to say
   * @throws TimeoutException when none answers within five seconds
   */
  boolean isEmpty() throws ExecutionException, TimeoutException, InterruptedException {
    List<TopicPartition> partitions = partitions();
    Map<TopicPartition, Long> unread = offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> starts = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, OffsetAndMetadata> read =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    starts.forEach((partition, start) -> unread.merge(partition, start, Backlog::beyond));
    read.forEach(
        (partition, position) ->
            unread.computeIfPresent(partition, (_, end) -> beyond(end, position.offset())));
    return unread.values().stream().allMatch(end -> end == NOTHING);
  }

  private static long beyond(long end, long position) {
    return position >= end ? NOTHING : end;
  }

  private List<TopicPartition> partitions()
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin
        .describeTopics(topics.stream().map(Topic::topicName).toList())
        .allTopicNames()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .values()
        .stream()
        .flatMap(Backlog::partitionsOf)
        .toList();
  }

  private static java.util.stream.Stream<TopicPartition> partitionsOf(TopicDescription topic) {
    return topic.partitions().stream()
        .map(partition -> new TopicPartition(topic.name(), partition.partition()));
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin
        .listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> which)))
        .all()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .entrySet()
        .stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> entry.getValue().offset(), Math::max, HashMap::new));
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
