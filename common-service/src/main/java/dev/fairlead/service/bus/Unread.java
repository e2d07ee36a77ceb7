package dev.fairlead.service.bus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Of what a topic held when it was first looked at, how much a group has not committed yet. */
final class Unread {

  private final String topic;
  private final String group;
  private @Nullable Map<TopicPartition, Long> ends;

  Unread(String topic, String group) {
    this.topic = topic;
    this.group = group;
  }

  String topic() {
    return topic;
  }

  long count(Admin admin) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> held = ends == null ? offsets(admin, OffsetSpec.latest()) : ends;
    ends = held;
    Map<TopicPartition, Long> kept = offsets(admin, OffsetSpec.earliest());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return held.entrySet().stream()
        .mapToLong(
            end ->
                Math.max(
                    0,
                    end.getValue()
                        - begin(kept.getOrDefault(end.getKey(), 0L), committed.get(end.getKey()))))
        .sum();
  }

  /** What Kafka has removed by its age nobody will ever read, nor commit. */
  private static long begin(long kept, @Nullable OffsetAndMetadata committed) {
    return committed == null ? kept : Math.max(kept, committed.offset());
  }

  private Map<TopicPartition, Long> offsets(Admin admin, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> partitions =
        admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
            .flatMap(
                described ->
                    described.partitions().stream()
                        .map(one -> new TopicPartition(topic, one.partition())))
            .collect(Collectors.toMap(partition -> partition, _ -> which));
    return admin.listOffsets(partitions).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }
}
