package dev.fairlead.service.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@DisplayName("A secret")
@ExtendWith(OutputCaptureExtension.class)
class SecretCanaryTest {

  private static final String CANARY = "canary-7f1c02";

  @TempDir Path folder;

  @Test
  @DisplayName("that was resolved sings in no log, answer, event or dead letter")
  void canary(CapturedOutput output) throws IOException {
    Path file = Files.writeString(folder.resolve("canary"), CANARY + "\n");
    String reference = "secret:file:" + file;
    try (Probe probe = Probe.start("cage")) {
      Secret secret = probe.bean(Secrets.class).resolve(new SecretReference(reference));
      assertThat(secret.reveal()).isEqualTo(CANARY);
      assertThat(secret).hasToString("****");

      LoggerFactory.getLogger("test")
          .info("message={}", CANARY, new IllegalStateException("login with " + CANARY));
      String refused = probe.send("POST", "/refusals?reference=" + reference, "dora", null).body();
      String failed = probe.send("POST", "/failures?reference=" + reference, "dora", null).body();
      probe.send("POST", "/nowhere/" + CANARY, "dora", null);
      Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());
      kafka.send(
          Envelope.of(
              "test",
              Instant.now(),
              new HeartbeatMissed(new TargetId("unbearable/" + CANARY), null, 60)));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  !kafka
                      .all(
                          Topic.HEALTH.deadLetters("cage"),
                          letter -> reason(letter).contains("cannot bear unbearable/****"))
                      .isEmpty());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  kafka
                          .all(
                              Topic.AUDIT.topicName(),
                              one -> text(one.value()).contains("/nowhere/"))
                          .size()
                      == 1);

      assertThat(refused).contains("server refused ****").doesNotContain(CANARY);
      assertThat(failed).doesNotContain(CANARY);
      assertThat(kafka.all(Topic.HEALTH.deadLetters("cage")))
          .allSatisfy(letter -> assertThat(reason(letter)).doesNotContain(CANARY));
      assertThat(kafka.all(Topic.AUDIT.topicName()))
          .allSatisfy(event -> assertThat(text(event.value())).doesNotContain(CANARY));
    }
    assertThat(output.getAll()).contains("message=****", "login with ****").doesNotContain(CANARY);
  }

  @Test
  @DisplayName("is found in a file or in the environment, without the line break of the editor")
  void resolved() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "correct horse\r\n");
    Secrets secrets = new Secrets(Map.of("PASSWORD", "battery staple"));

    assertThat(secrets.resolve(new SecretReference("secret:file:" + file)).reveal())
        .isEqualTo("correct horse");
    assertThat(secrets.resolve(new SecretReference("secret:env:PASSWORD")).reveal())
        .isEqualTo("battery staple");
    assertThat(Redaction.redact("with battery staple!")).isEqualTo("with ****!");
  }

  @Test
  @DisplayName("that is not there, or empty, is named by its reference")
  void missing() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    Secrets secrets = new Secrets(Map.of());

    assertThatThrownBy(() -> secrets.resolve(new SecretReference("secret:env:NOTHING")))
        .hasMessage("secret:env:NOTHING: the service runs without this environment variable");
    assertThatThrownBy(() -> secrets.resolve(new SecretReference("secret:file:/no/such")))
        .hasMessage("secret:file:/no/such: the file cannot be read: NoSuchFileException");
    assertThatThrownBy(() -> secrets.resolve(new SecretReference("secret:file:" + empty)))
        .hasMessage("secret:file:" + empty + ": it is empty");
  }

  private static String reason(ConsumerRecord<?, ?> letter) {
    return String.valueOf(Kafka.header(letter, "fairlead-reason"));
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8);
  }
}
