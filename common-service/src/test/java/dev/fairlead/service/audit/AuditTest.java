package dev.fairlead.service.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.events.AuditEvent.OperationAudited;
import dev.fairlead.events.Reading;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The audit trail")
class AuditTest {

  @Test
  @DisplayName(
      "has every request that changes something, and every one that a known caller was denied")
  void requests() {
    try (Probe probe = Probe.start("audited")) {
      probe.send("GET", "/counters", "vera", null);
      probe.send("GET", "/counters", null, null);
      probe.send("GET", "/counters/one/secrets", "vera", null);
      probe.send("POST", "/counters/one/increments", "dora", null);
      probe.send("POST", "/counters/two/increments", "vera", null);
      probe.send("POST", "/counters/three/increments", null, null);
      probe.send("POST", "/counters", "ada", "{\"name\":\"four\",\"start\":0}");

      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());
      await().atMost(Duration.ofSeconds(30)).until(() -> audited(kafka, probe).size() == 5);
      assertThat(audited(kafka, probe))
          .containsExactlyInAnyOrder(
              "dora deployer POST /counters/{name}/increments on /counters/one/increments:"
                  + " ALLOWED status 200",
              "vera viewer POST /counters/{name}/increments on /counters/two/increments:"
                  + " DENIED status 403: forbidden",
              "anonymous none POST - on /counters/three/increments:"
                  + " DENIED status 401: unauthorized",
              "vera viewer GET /counters/{name}/secrets on /counters/one/secrets:"
                  + " DENIED status 403: forbidden",
              "ada admin POST /counters on /counters: FAILED status 409: counter-exists");
    }
  }

  @Test
  @DisplayName("has a change in the very transaction that makes it, whatever is answered then")
  void committed() {
    try (Probe probe = Probe.start("audited-with-it")) {
      probe.send("POST", "/counters/three/halves", "dora", null);
      String operation = "dora deployer POST /counters/{name}/halves on /counters/three/halves: ";

      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());
      await().atMost(Duration.ofSeconds(30)).until(() -> audited(kafka, probe).size() == 2);
      assertThat(audited(kafka, probe))
          .containsExactly(operation + "ALLOWED committed", operation + "FAILED status 409: odd");
    }
  }

  private static List<String> audited(Kafka kafka, Probe probe) {
    return kafka
        .all(
            "fairlead.audit",
            event ->
                new String(event.headers().lastHeader("ce_source").value(), UTF_8)
                    .endsWith("/" + probe.name()))
        .stream()
        .map(AuditTest::sentence)
        .toList();
  }

  private static String sentence(ConsumerRecord<byte[], byte[]> record) {
    Reading.Known known = (Reading.Known) EventRecords.read(record.headers(), record.value());
    OperationAudited event = (OperationAudited) known.envelope().event();
    assertThat(event.remoteAddress()).isEqualTo("127.0.0.1");
    AuditOutcome outcome = event.outcome();
    return "%s %s %s on %s: %s %s"
        .formatted(
            event.actor(), event.role(), event.operation(), event.on(), outcome, event.detail());
  }
}
