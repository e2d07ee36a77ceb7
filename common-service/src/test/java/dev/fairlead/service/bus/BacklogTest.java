package dev.fairlead.service.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.kafka.core.KafkaAdmin;

@DisplayName("What a service has not handled yet")
class BacklogTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  @DisplayName("is known to whoever asks Kafka, also to one that does not read itself")
  void elsewhere() throws Exception {
    try (Probe probe = Probe.start("backlog")) {
      Backlog backlog = probe.bean(Backlog.class);
      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());

      for (int i = 0; i < 10; i++) {
        kafka.send(heartbeatMissed("backlog"));
      }
      assertThat(backlog.awaitHandled(Topic.HEALTH, LONG)).isEmpty();
      assertThat(probe.effectsOn("backlog")).isEqualTo(10);

      listen(probe, State.STOPPED);
      kafka.send(heartbeatMissed("backlog/late"));
      assertThat(backlog.awaitHandled(Topic.HEALTH, Duration.ofMillis(300)))
          .contains("1 fact(s) of fairlead.health not handled");

      listen(probe, State.STARTED);
      assertThat(backlog.awaitHandled(Topic.HEALTH, LONG)).isEmpty();
      assertThat(probe.effectsOn("backlog/late")).isOne();
    }
  }

  @Test
  @DisplayName("is not known while Kafka does not answer")
  void away() throws Exception {
    KafkaAdmin nobody =
        new KafkaAdmin(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + Ports.free(),
                "request.timeout.ms",
                200,
                "default.api.timeout.ms",
                300));

    assertThat(new Backlog(nobody, "backlog").awaitHandled(Topic.HEALTH, Duration.ZERO))
        .hasValueSatisfying(
            why -> assertThat(why).startsWith("Kafka does not tell how far fairlead.health"));
  }

  private static void listen(Probe probe, State state) {
    probe.bean(BindingsLifecycleController.class).changeState("facts-in-0", state);
  }

  private static Envelope heartbeatMissed(String target) {
    return Envelope.of("test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60));
  }
}
