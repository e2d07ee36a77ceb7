package dev.fairlead.backup.testing;

import dev.fairlead.stack.testing.Shared;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer group that is told what comes after it was made. From the beginning of the shared
 * broker a service would know the databases of all tests before, and make their backups again.
 */
final class FreshGroup {

  private FreshGroup() {}

  /** Its name. */
  static String make() {
    String group = "backup-" + UUID.randomUUID();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", Shared.kafka().bootstrapServers()))) {
      Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
      admin
          .listOffsets(latest(admin))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
      if (!ends.isEmpty()) {
        admin.alterConsumerGroupOffsets(group, ends).all().get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
    return group;
  }

  private static Map<TopicPartition, OffsetSpec> latest(Admin admin)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    admin
        .describeTopics(admin.listTopics().names().get())
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        partition ->
                            latest.put(
                                new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest())));
    return latest;
  }
}
