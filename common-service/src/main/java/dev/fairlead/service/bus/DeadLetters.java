package dev.fairlead.service.bus;

import dev.fairlead.events.InvalidEvent;
import dev.fairlead.service.secret.Redaction;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConsumerAwareRecordRecoverer;
import org.springframework.messaging.MessagingException;

/**
 * Keeps what could not be read or handled: the record's own bytes, key and headers, and in headers
 * of ours the reason and where it came from. A record is only passed over once its dead letter is
 * acknowledged by Kafka.
 */
final class DeadLetters implements ConsumerAwareRecordRecoverer {

  /** The headers' names, part of the public format of dead letters. */
  static final String REASON = "fairlead-reason";

  static final String SERVICE = "fairlead-service";
  static final String TOPIC = "fairlead-topic";
  static final String PARTITION = "fairlead-partition";
  static final String OFFSET = "fairlead-offset";
  static final String AT = "fairlead-dead-at";

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private static final int LONGEST_REASON = 2_000;
  private static final long ACKNOWLEDGED_WITHIN_SECONDS = 30;

  private final KafkaTemplate<byte[], byte[]> kafka;
  private final String service;
  private final Clock clock;
  private final MeterRegistry meters;

  DeadLetters(
      KafkaTemplate<byte[], byte[]> kafka, String service, Clock clock, MeterRegistry meters) {
    this.kafka = kafka;
    this.service = service;
    this.clock = clock;
    this.meters = meters;
  }

  static String topicFor(String topic, String service) {
    return topic + "." + service + ".dead-letters";
  }

  @Override
  public void accept(
      ConsumerRecord<?, ?> record, @Nullable Consumer<?, ?> consumer, @Nullable Exception failure) {
    Throwable thrown = thrown(Objects.requireNonNull(failure));
    String reason = reasonOf(thrown);
    String deadLetters = topicFor(record.topic(), service);
    send(
        new ProducerRecord<>(
            deadLetters,
            null,
            (byte[]) record.key(),
            (byte[]) record.value(),
            headers(record, reason)));
    meters.counter("fairlead.facts", "topic", record.topic(), "outcome", "dead").increment();
    log.error(
        "fact=dead topic={} partition={} offset={} reason=\"{}\" kept={} next=move-on",
        record.topic(),
        record.partition(),
        record.offset(),
        reason,
        deadLetters,
        thrown instanceof InvalidEvent ? null : thrown);
  }

  private Headers headers(ConsumerRecord<?, ?> record, String reason) {
    Headers headers = new RecordHeaders(record.headers());
    put(headers, REASON, reason);
    put(headers, SERVICE, service);
    put(headers, TOPIC, record.topic());
    put(headers, PARTITION, Integer.toString(record.partition()));
    put(headers, OFFSET, Long.toString(record.offset()));
    put(headers, AT, clock.instant().toString());
    return headers;
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** What the event's reader or its handler threw, without what Spring wrapped around it. */
  private static Throwable thrown(Exception failure) {
    Throwable thrown = failure;
    while (thrown.getCause() != null
        && (thrown instanceof KafkaException || thrown instanceof MessagingException)) {
      thrown = thrown.getCause();
    }
    return thrown;
  }

  /** One line, and readable without the code: it is shown to people. */
  private static String reasonOf(Throwable thrown) {
    String message =
        Objects.requireNonNullElse(thrown.getMessage(), "").lines().findFirst().orElse("");
    String reason =
        thrown instanceof InvalidEvent
            ? message
            : thrown.getClass().getSimpleName() + ": " + message;
    String redacted = Redaction.redact(reason);
    return redacted.length() > LONGEST_REASON ? redacted.substring(0, LONGEST_REASON) : redacted;
  }

  private void send(ProducerRecord<byte[], byte[]> letter) {
    try {
      kafka.send(letter).get(ACKNOWLEDGED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing to " + letter.topic(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("cannot write to " + letter.topic() + "; trying again", e);
    }
  }
}
