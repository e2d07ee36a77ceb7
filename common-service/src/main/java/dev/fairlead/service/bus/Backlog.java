package dev.fairlead.service.bus;

import dev.fairlead.events.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * What this service, in all its instances together, has not handled yet. Kafka is asked, since
 * whoever wants to know need not be the one that reads.
 */
public final class Backlog {

  private static final Duration GLANCE = Duration.ofMillis(200);

  private final KafkaAdmin kafka;
  private final String group;

  /**
   * @param group in which the instances of the service listen
   */
  Backlog(KafkaAdmin kafka, String group) {
    this.kafka = kafka;
    this.group = group;
  }

  /**
   * Waits until the service has handled, or put among its dead letters, all that the topic holds
   * when this is asked. Later facts do not count: there might be no end to it.
   *
   * @param patience with the service, and with a Kafka that does not answer
   * @return why nobody can say that it has, for people; empty when it has
   */
  public Optional<String> awaitHandled(Topic topic, Duration patience) throws InterruptedException {
    Unread unread = new Unread(topic.topicName(), group);
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<String> why = why(unread);
      if (why.isEmpty() || System.nanoTime() - until >= 0) {
        return why;
      }
      Thread.sleep(GLANCE);
    }
  }

  private Optional<String> why(Unread unread) throws InterruptedException {
    try (Admin admin = Admin.create(kafka.getConfigurationProperties())) {
      long facts = unread.count(admin);
      return facts == 0
          ? Optional.empty()
          : Optional.of("%d fact(s) of %s not handled".formatted(facts, unread.topic()));
    } catch (ExecutionException | KafkaException e) {
      return Optional.of(
          "Kafka does not tell how far %s is read: %s".formatted(unread.topic(), Outage.rootOf(e)));
    }
  }
}
