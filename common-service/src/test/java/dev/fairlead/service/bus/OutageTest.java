package dev.fairlead.service.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.BesideOthers;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("While a neighbour is away")
class OutageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer than the retries an event of its own fault would get. */
  private static final Duration OUTAGE = Duration.ofSeconds(6);

  @TempDir Path folder;

  @Test
  @BesideOthers
  @DisplayName("PostgreSQL: facts wait, none is lost or becomes a dead letter, and HTTP says 503")
  void postgres() {
    Path data = folder.resolve("postgres");
    int port = Ports.free();
    PostgresServer server = PostgresServer.start(data, port);
    Shared.Database database =
        new Shared.Database(
            "probe", server.createDatabase("probe"), server.user(), server.password());
    try (Probe probe = Probe.start("dbless", Shared.kafka(), database)) {
      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());
      kafka.send(heartbeatMissed("dbless"));
      await().atMost(PATIENCE).until(() -> probe.effectsOn("dbless") == 1);

      server.kill();
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Envelope fact = heartbeatMissed("dbless/wait");
        kafka.send(fact);
        sent.add(fact.id());
      }
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  probe.send("POST", "/counters/one/increments", "dora", null).statusCode() == 503);
      await().pollDelay(OUTAGE).until(() -> true);
      server = PostgresServer.start(data, port);

      await().atMost(PATIENCE).until(() -> probe.eventsOf("dbless/wait").size() >= sent.size());
      assertThat(probe.eventsOf("dbless/wait")).containsExactlyElementsOf(sent);
      assertThat(kafka.all(Topic.HEALTH.deadLetters("dbless"))).isEmpty();
    } finally {
      server.stop();
    }
  }

  @Test
  @BesideOthers
  @DisplayName("Kafka: what was appended waits in the outbox and is relayed in order afterwards")
  void kafka() {
    Path data = folder.resolve("kafka");
    int port = Ports.free();
    KafkaBroker broker = KafkaBroker.start(data, port);
    try (Probe probe = Probe.start("kafkaless", broker, Shared.freshDatabase("kafkaless"))) {
      append(probe, "kafkaless/before");
      await().atMost(PATIENCE).until(() -> probe.effectsOn("kafkaless/before") == 1);

      broker.kill();
      List<String> appended = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        appended.add(append(probe, "kafkaless/wait"));
      }
      assertThat(probe.send("GET", "/actuator/health/readiness", null, null).statusCode())
          .isEqualTo(503);
      await().pollDelay(OUTAGE).until(() -> true);
      broker = KafkaBroker.start(data, port);

      await().atMost(PATIENCE).until(() -> probe.effectsOn("kafkaless/wait") == appended.size());
      assertThat(probe.eventsOf("kafkaless/wait")).containsExactlyElementsOf(appended);
      assertThat(new Kafka(broker.bootstrapServers()).all(Topic.HEALTH.deadLetters("kafkaless")))
          .isEmpty();
    } finally {
      broker.stop();
    }
  }

  private static String append(Probe probe, String target) {
    Envelope fact = heartbeatMissed(target);
    probe
        .bean(TransactionTemplate.class)
        .executeWithoutResult(status -> probe.bean(Outbox.class).append(fact));
    return fact.id();
  }

  private static Envelope heartbeatMissed(String target) {
    return Envelope.of("test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60));
  }
}
