package dev.fairlead.service.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.kafka.core.KafkaAdmin;

@DisplayName("What a service has not handled yet")
class BacklogTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  @DisplayName("is known to each of its instances, also to one that does not read")
  void elsewhere() throws Exception {
    try (Probe deaf = Probe.start("backlog");
        Probe reading = Probe.start("backlog")) {
      listen(deaf, State.STOPPED);
      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());

      for (int i = 0; i < 10; i++) {
        kafka.send(heartbeatMissed("backlog/" + i));
      }
      assertThat(deaf.bean(Backlog.class).awaitHandled(Topic.HEALTH, LONG)).isEmpty();
      assertThat(effects(reading)).isEqualTo(10);

      listen(reading, State.STOPPED);
      kafka.send(heartbeatMissed("backlog/late"));
      assertThat(deaf.bean(Backlog.class).awaitHandled(Topic.HEALTH, Duration.ofMillis(300)))
          .contains("1 fact(s) of fairlead.health not handled");

      listen(deaf, State.STARTED);
      assertThat(reading.bean(Backlog.class).awaitHandled(Topic.HEALTH, LONG)).isEmpty();
      assertThat(deaf.effectsOn("backlog/late")).isOne();
    }
  }

  @Test
  @DisplayName("is nothing in a topic that nobody has written to")
  void empty(@TempDir Path folder) throws Exception {
    KafkaBroker broker = KafkaBroker.start(folder, Ports.free());
    try (Probe probe = Probe.start("untold", broker, Shared.freshDatabase("untold"))) {
      assertThat(probe.bean(Backlog.class).awaitHandled(Topic.HEALTH, LONG)).isEmpty();
    } finally {
      broker.kill();
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

  private static int effects(Probe probe) {
    int effects = 0;
    for (int i = 0; i < 10; i++) {
      effects += probe.effectsOn("backlog/" + i);
    }
    return effects;
  }

  private static void listen(Probe probe, State state) {
    probe.bean(BindingsLifecycleController.class).changeState("facts-in-0", state);
  }

  private static Envelope heartbeatMissed(String target) {
    return Envelope.of("test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60));
  }
}
