package dev.fairlead.events.kafka;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventCodec;
import dev.fairlead.events.InvalidEvent;
import dev.fairlead.events.Reading;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Events as Kafka records, and back. */
public final class EventRecords {

  private EventRecords() {}

  /** In binary mode: {@code ce_*} headers, the data as the value, the subject as the key. */
  public static ProducerRecord<String, byte[]> record(Envelope envelope) {
    return KafkaMessageFactory.<String>createWriter(
            envelope.event().topic().topicName(), envelope.event().subject())
        .writeBinary(EventCodec.toCloudEvent(envelope));
  }

  /**
   * Reads binary mode and structured mode alike.
   *
   * @throws InvalidEvent when the record is no CloudEvent, or a known one with bad data
   */
  public static Reading read(Headers headers, byte @Nullable [] value) {
    try {
      MessageReader reader = KafkaMessageFactory.createReader(headers, value);
      return EventCodec.read(reader.toEvent());
    } catch (CloudEventRWException | EventDeserializationException | IllegalArgumentException e) {
      throw new InvalidEvent("the record is not a CloudEvent: " + e.getMessage(), e);
    }
  }
}
