package dev.fairlead.service.bus;

import dev.fairlead.events.Topic;
import dev.fairlead.service.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates the topics of the suite that are missing, before anything is read or written. Waits for
 * Kafka if it is not there yet. Existing topics are left as the operator made them.
 */
final class FactTopics implements SmartLifecycle {

  /** After the web server, so that health answers while we wait; then the relay, then the input. */
  static final int PHASE = DEFAULT_PHASE - 1_800;

  private static final Logger log = LoggerFactory.getLogger(FactTopics.class);

  private final KafkaAdmin kafka;
  private final BusSettings settings;
  private final String service;
  private final Set<Topic> listenedTo;
  private final ApplicationContext context;
  private volatile boolean running;

  FactTopics(
      KafkaAdmin kafka,
      BusSettings settings,
      String service,
      Set<Topic> listenedTo,
      ApplicationContext context) {
    this.kafka = kafka;
    this.settings = settings;
    this.service = service;
    this.listenedTo = listenedTo;
    this.context = context;
  }

  @Override
  public void start() {
    // Who waits is alive; an orchestrator that restarts it would only make it wait anew.
    AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
    Await.reachable("kafka", this::createMissing);
    running = true;
  }

  private void createMissing() throws Exception {
    try (Admin admin = Admin.create(kafka.getConfigurationProperties())) {
      Map<String, KafkaFuture<Void>> created = admin.createTopics(wanted()).values();
      for (Map.Entry<String, KafkaFuture<Void>> topic : created.entrySet()) {
        confirm(topic.getKey(), topic.getValue());
      }
    }
  }

  private static void confirm(String topic, KafkaFuture<Void> created) throws Exception {
    try {
      created.get();
      log.info("topic={} state=created", topic);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private Collection<NewTopic> wanted() {
    List<NewTopic> topics = new ArrayList<>();
    Arrays.stream(Topic.values()).map(this::ofEvents).forEach(topics::add);
    listenedTo.stream().map(this::ofDeadLetters).forEach(topics::add);
    return topics;
  }

  private NewTopic ofEvents(Topic topic) {
    String cleanup =
        topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE;
    return new NewTopic(topic.topicName(), settings.partitions(), settings.replicas())
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup));
  }

  /**
   * One partition: they are few, and read in the order in which they died. Kept for 30 days, and
   * larger than what they keep.
   */
  private NewTopic ofDeadLetters(Topic topic) {
    return new NewTopic(topic.deadLetters(service), 1, settings.replicas())
        .configs(
            Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(Duration.ofDays(30).toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                "2000000"));
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
