package dev.fairlead.service.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventCodec;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.testing.Shared;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A fact")
class FactsTest {

  private static final String SERVICE = "facts";
  private static final Duration SOON = Duration.ofSeconds(30);

  private static Probe probe;
  private static Kafka kafka;

  @BeforeAll
  static void start() {
    probe = Probe.start(SERVICE);
    kafka = new Kafka(Shared.kafka().bootstrapServers());
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @Test
  @DisplayName("takes effect once, in binary as in structured mode, however often it is delivered")
  void once() {
    Envelope fact = heartbeatMissed("once");
    kafka.send(fact);
    kafka.send(structured(fact));
    kafka.send(fact);
    Envelope last = heartbeatMissed("once");
    kafka.send(structured(last));

    await().atMost(SOON).until(() -> probe.eventsOf("once").contains(last.id()));
    assertThat(probe.eventsOf("once")).containsExactly(fact.id(), last.id());
  }

  @Test
  @DisplayName("of an unknown type is skipped, without a dead letter")
  void unknown() {
    ProducerRecord<byte[], byte[]> stranger = record("unknown", "{\"moon\":\"full\"}");
    stranger.headers().add("ce_specversion", bytes("1.0"));
    stranger.headers().add("ce_id", bytes("1"));
    stranger.headers().add("ce_source", bytes("/moon"));
    stranger.headers().add("ce_type", bytes("org.moon.risen.v3"));
    stranger.headers().add("content-type", bytes("application/json"));
    kafka.send(stranger);

    assertThatTheTopicMovesOn("unknown");
    assertThat(deadLetters("unknown")).isEmpty();
  }

  @Test
  @DisplayName("that its handler does not want leaves no trace")
  void unwanted() {
    Envelope fact = heartbeatMissed("unwanted");
    kafka.send(fact);

    assertThatTheTopicMovesOn("unwanted");
    assertThat(probe.effectsOn("unwanted")).isZero();
    assertThat(entriesInTheInbox(fact)).isZero();
  }

  @ParameterizedTest(name = "that is {0} becomes a dead letter at once, and the topic moves on")
  @MethodSource
  void unreadable(String what, ProducerRecord<byte[], byte[]> record, String reason) {
    kafka.send(record);

    String key = new String(record.key(), UTF_8);
    assertThatTheTopicMovesOn(key);
    assertThat(deadLetters(key))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.value()).isEqualTo(record.value());
              assertThat(letter.headers()).containsAll(record.headers());
              assertThat(Kafka.header(letter, DeadLetters.REASON)).contains(reason);
              assertThat(Kafka.header(letter, DeadLetters.SERVICE)).isEqualTo(SERVICE);
              assertThat(Kafka.header(letter, DeadLetters.TOPIC)).isEqualTo("fairlead.health");
              assertThat(Kafka.header(letter, DeadLetters.PARTITION)).matches("\\d+");
              assertThat(Kafka.header(letter, DeadLetters.OFFSET)).matches("\\d+");
            });
  }

  static Stream<Arguments> unreadable() {
    ProducerRecord<byte[], byte[]> noEvent = record("no-event", "hello");
    ProducerRecord<byte[], byte[]> noJson = withHeadersOfAnEvent("no-json", "{");
    ProducerRecord<byte[], byte[]> incomplete =
        withHeadersOfAnEvent("incomplete", "{\"target\":\"x\"}");
    ProducerRecord<byte[], byte[]> noBody = withHeadersOfAnEvent("no-body", null);
    ProducerRecord<byte[], byte[]> badStructure =
        record("bad-structure", "{\"specversion\":\"1.0\",\"id\":");
    badStructure.headers().add("content-type", bytes("application/cloudevents+json"));
    ProducerRecord<byte[], byte[]> badData =
        record(
            "bad-data",
            new String(structured(heartbeatMissed("bad-data")).value(), UTF_8)
                .replace("\"bad-data\"", "\"BAD DATA\""));
    badData.headers().add("content-type", bytes("application/cloudevents+json"));
    ProducerRecord<byte[], byte[]> hostile = record("hostile", "{}");
    hostile.headers().add("spring_json_header_types", bytes("{\"a\":\"java.net.URL\"}"));
    hostile.headers().add("contentType", bytes("\"application/x-java-object\""));
    hostile.headers().add("spring.cloud.function.definition", bytes("evil"));
    return Stream.of(
        Arguments.of("no event at all", noEvent, "not a CloudEvent"),
        Arguments.of("no JSON", noJson, "heartbeat-missed"),
        Arguments.of("incomplete", incomplete, "heartbeat-missed"),
        Arguments.of("without a body", noBody, "heartbeat-missed"),
        Arguments.of("badly structured", badStructure, "not a CloudEvent"),
        Arguments.of("structured with bad data", badData, "target id"),
        Arguments.of("made to steer the reader", hostile, "not a CloudEvent"));
  }

  @Test
  @DisplayName("that its handler cannot bear becomes a dead letter and leaves no effect behind")
  void unbearable() {
    Envelope fact = heartbeatMissed("unbearable/one");
    kafka.send(fact);

    assertThatTheTopicMovesOn("unbearable/one");
    assertThat(deadLetters("unbearable/one"))
        .singleElement()
        .satisfies(
            letter ->
                assertThat(Kafka.header(letter, DeadLetters.REASON))
                    .isEqualTo("IllegalStateException: cannot bear unbearable/one"));
    assertThat(probe.eventsOf("unbearable/one")).doesNotContain(fact.id());
    assertThat(entriesInTheInbox(fact)).isZero();
  }

  @Test
  @DisplayName("as large as its topic takes still fits among the dead letters")
  void large() {
    kafka.send(record("large", "x".repeat(1_048_000)));

    assertThatTheTopicMovesOn("large");
    assertThat(deadLetters("large"))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).hasSize(1_048_000));
  }

  @Test
  @DisplayName("that makes its handler break with an Error does not end the listening")
  void error() {
    kafka.send(heartbeatMissed("broken/one"));

    assertThatTheTopicMovesOn("broken/one");
    assertThat(deadLetters("broken/one")).hasSize(1);
  }

  @Test
  @DisplayName("is remembered until it is purged by age")
  void forgotten() {
    Envelope fact = heartbeatMissed("forgotten");
    kafka.send(fact);
    await().atMost(SOON).until(() -> probe.effectsOn("forgotten") == 1);
    Inbox inbox = probe.bean(Inbox.class);

    inbox.forget(Instant.now().minusSeconds(3600));
    assertThat(entriesInTheInbox(fact)).isOne();
    inbox.forget(Instant.now().plusSeconds(60));
    assertThat(entriesInTheInbox(fact)).isZero();
  }

  @Test
  @DisplayName("that is one of very many is forgotten with them, in as many steps as it takes")
  void forgottenWithVeryMany() {
    probe
        .database()
        .sql(
            """
            insert into chassis.inbox (handler, source, event, handled_at)
            select 'ledger', 'crowd', number::text, now() - interval '1 year'
              from generate_series(1, 20001) number
            """)
        .update();

    assertThat(probe.bean(Inbox.class).forget(Instant.now().minus(Duration.ofDays(30))))
        .isEqualTo(20_001);
  }

  @Test
  @DisplayName("is forgotten in time by a service that is started anew every few minutes, too")
  void forgottenAtTheStart() {
    Shared.Database database = Shared.freshDatabase("purge");
    try (Probe first = Probe.start("purge", Shared.kafka(), database)) {
      first
          .database()
          .sql(
              "insert into chassis.inbox values ('ledger', 'test', 'old', now() - interval '1 year')")
          .update();
    }
    try (Probe second = Probe.start("purge", Shared.kafka(), database)) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  second
                          .database()
                          .sql("select count(*) from chassis.inbox where event = 'old'")
                          .query(Integer.class)
                          .single()
                      == 0);
    }
  }

  /** A good fact behind a bad one, with the same key and so in the same partition. */
  private static void assertThatTheTopicMovesOn(String key) {
    Envelope good = heartbeatMissed("after/" + key);
    ProducerRecord<String, byte[]> written = EventRecords.record(good);
    kafka.send(
        new ProducerRecord<>(
            written.topic(), null, bytes(key), written.value(), written.headers()));
    await().atMost(SOON).until(() -> probe.effectsOn("after/" + key) == 1);
  }

  private static List<ConsumerRecord<byte[], byte[]>> deadLetters(String key) {
    return kafka.all(
        Topic.HEALTH.deadLetters(SERVICE), letter -> new String(letter.key(), UTF_8).equals(key));
  }

  private static int entriesInTheInbox(Envelope fact) {
    return probe
        .database()
        .sql("select count(*) from chassis.inbox where event = ?")
        .param(fact.id())
        .query(Integer.class)
        .single();
  }

  private static Envelope heartbeatMissed(String target) {
    return Envelope.of("test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60));
  }

  private static ProducerRecord<byte[], byte[]> structured(Envelope envelope) {
    ProducerRecord<String, byte[]> record =
        KafkaMessageFactory.<String>createWriter("fairlead.health", envelope.event().subject())
            .writeStructured(EventCodec.toCloudEvent(envelope), "application/cloudevents+json");
    return new ProducerRecord<>(
        record.topic(), null, bytes(record.key()), record.value(), record.headers());
  }

  private static ProducerRecord<byte[], byte[]> withHeadersOfAnEvent(
      String key, @Nullable String value) {
    ProducerRecord<byte[], byte[]> record = record(key, value);
    for (Header header : EventRecords.record(heartbeatMissed(key)).headers()) {
      record.headers().add(header);
    }
    return record;
  }

  private static ProducerRecord<byte[], byte[]> record(String key, @Nullable String value) {
    return new ProducerRecord<>("fairlead.health", bytes(key), value == null ? null : bytes(value));
  }

  private static byte[] bytes(String text) {
    return Objects.requireNonNull(text).getBytes(UTF_8);
  }
}
