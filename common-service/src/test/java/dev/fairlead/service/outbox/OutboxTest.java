package dev.fairlead.service.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.events.AuditEvent.OperationAudited;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("The outbox")
class OutboxTest {

  private static final Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());

  private static Probe probe;
  private static Outbox outbox;
  private static TransactionTemplate transaction;

  @BeforeAll
  static void start() {
    probe = Probe.start("outboxed");
    outbox = probe.bean(Outbox.class);
    transaction = probe.bean(TransactionTemplate.class);
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @Test
  @DisplayName("publishes the event exactly as the contract writes it, and is empty afterwards")
  void published() {
    Envelope event =
        heartbeatMissed("outbox/published").correlatedBy("42").by(new Actor("Zoë <zoë@home>"));
    transaction.executeWithoutResult(status -> outbox.append(event));

    await().atMost(Duration.ofSeconds(30)).until(() -> about("outbox/published").size() == 1);
    ConsumerRecord<byte[], byte[]> record = about("outbox/published").getFirst();
    ProducerRecord<String, byte[]> expected = EventRecords.record(event);
    assertThat(record.value()).isEqualTo(expected.value());
    assertThat(record.headers()).containsExactlyInAnyOrderElementsOf(expected.headers());
    await().until(() -> rows() == 0);
  }

  @Test
  @DisplayName("publishes nothing of a transaction that is rolled back")
  void rolledBack() {
    transaction.executeWithoutResult(
        status -> {
          outbox.append(heartbeatMissed("outbox/never"));
          status.setRollbackOnly();
        });
    transaction.executeWithoutResult(status -> outbox.append(heartbeatMissed("outbox/later")));

    await().atMost(Duration.ofSeconds(30)).until(() -> about("outbox/later").size() == 1);
    assertThat(about("outbox/never")).isEmpty();
  }

  @Test
  @DisplayName("takes nothing outside a transaction")
  void outside() {
    assertThatThrownBy(() -> outbox.append(heartbeatMissed("outbox/outside")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in the transaction that changes the state");
  }

  @Test
  @DisplayName("takes nothing that Kafka would refuse for ever")
  void large() {
    OperationAudited event =
        new OperationAudited(
            new Actor("alice"),
            "admin",
            "write",
            "a novel",
            AuditOutcome.ALLOWED,
            "x".repeat(1_100_000),
            null);
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> outbox.append(Envelope.of("test", Instant.now(), event))))
        .isInstanceOf(EventTooLarge.class)
        .hasMessageStartingWith("operation-audited about alice has 1,100,")
        .hasMessageContaining("at most 1,000,000 fit");
  }

  private static int rows() {
    return probe
        .database()
        .sql("select count(*) from chassis.outbox")
        .query(Integer.class)
        .single();
  }

  private static List<ConsumerRecord<byte[], byte[]>> about(String subject) {
    return kafka.all(
        "fairlead.health", record -> subject.equals(Kafka.header(record, "ce_subject")));
  }

  private static Envelope heartbeatMissed(String target) {
    return Envelope.of("test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60));
  }
}
