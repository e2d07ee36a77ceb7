package dev.fairlead.service.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.events.AuditEvent.OperationAudited;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("An event that Kafka refuses")
class RefusalTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  @DisplayName("is not lost; the ones after it wait, are sent once, and somebody can see why")
  void refused() throws Exception {
    KafkaBroker broker = KafkaBroker.start(folder, Ports.free());
    try (Probe probe = Probe.start("refused", broker, Shared.freshDatabase("refused"))) {
      Kafka kafka = new Kafka(broker.bootstrapServers());
      append(probe, 1, 10);
      await().atMost(PATIENCE).until(() -> numbers(kafka).equals(List.of("1")));

      limit(broker, 20_000);
      append(probe, 2, 100_000);
      append(probe, 3, 10);
      OutboxHealth health = probe.bean(OutboxHealth.class);
      await().atMost(PATIENCE).until(() -> health.health().getStatus().equals(Status.DOWN));
      assertThat(String.valueOf(health.health().getDetails().get("refused")))
          .contains("for topic fairlead.audit, key alice: ", "RecordTooLargeException");
      append(probe, 4, 10);
      await().atMost(PATIENCE).until(() -> health.refusals() >= 3);
      assertThat(numbers(kafka)).doesNotContain("2", "4").contains("1");

      limit(broker, 1_000_000);
      await().atMost(PATIENCE).until(() -> numbers(kafka).contains("4"));
      List<String> all = numbers(kafka);
      assertThat(all.subList(all.indexOf("2"), all.size())).containsExactly("2", "3", "4");
      await()
          .atMost(PATIENCE)
          .until(() -> health.health().getStatus().equals(Status.UP) && waiting(probe) == 0);
    } finally {
      broker.stop();
    }
  }

  private static void append(Probe probe, int number, int size) {
    OperationAudited event =
        new OperationAudited(
            new Actor("alice"),
            "admin",
            "operation-" + number,
            "something",
            AuditOutcome.ALLOWED,
            "x".repeat(size),
            null);
    probe
        .bean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> probe.bean(Outbox.class).append(Envelope.of("test", Instant.now(), event)));
  }

  private static List<String> numbers(Kafka kafka) {
    return kafka.all(Topic.AUDIT.topicName()).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .map(text -> text.replaceAll(".*\"operation-(\\d+)\".*", "$1"))
        .toList();
  }

  private static int waiting(Probe probe) {
    return probe
        .database()
        .sql("select count(*) from chassis.outbox")
        .query(Integer.class)
        .single();
  }

  private static void limit(KafkaBroker broker, int bytes) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topic.AUDIT.topicName()),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", String.valueOf(bytes)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
