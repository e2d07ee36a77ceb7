package dev.fairlead.events;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Between this contract and CloudEvents 1.0, whichever mode the transport then uses. */
public final class EventCodec {

  /** CloudEvents extension attributes; the first is CloudEvents' own partitioning extension. */
  static final String PARTITION_KEY = "partitionkey";

  static final String CORRELATION = "correlationid";
  static final String CAUSATION = "causationid";
  static final String ACTOR = "actor";
  static final String TRACE_PARENT = "traceparent";

  private EventCodec() {}

  public static CloudEvent toCloudEvent(Envelope envelope) {
    Event event = envelope.event();
    CloudEventBuilder builder =
        CloudEventBuilder.v1()
            .withId(envelope.id())
            .withSource(URI.create(envelope.source()))
            .withType(EventTypes.typeOf(event.getClass()))
            .withSubject(event.subject())
            .withTime(OffsetDateTime.ofInstant(envelope.time(), ZoneOffset.UTC))
            .withData("application/json", EventJson.write(event))
            .withExtension(PARTITION_KEY, event.subject());
    extension(builder, CORRELATION, envelope.correlation());
    extension(builder, CAUSATION, envelope.causation());
    extension(builder, ACTOR, envelope.actor());
    extension(builder, TRACE_PARENT, envelope.traceparent());
    return builder.build();
  }

  /**
   * What a CloudEvent tells, if its type is known.
   *
   * @throws InvalidEvent when the type is known and the data does not keep its promise
   */
  public static Reading read(CloudEvent cloudEvent) {
    return EventTypes.find(cloudEvent.getType())
        .<Reading>map(type -> new Reading.Known(envelope(cloudEvent, type)))
        .orElseGet(() -> new Reading.Unknown(cloudEvent.getType()));
  }

  private static Envelope envelope(CloudEvent cloudEvent, Class<? extends Event> type) {
    if (cloudEvent.getData() == null) {
      throw new InvalidEvent("%s: the event has no data".formatted(EventTypes.nameOf(type)));
    }
    Event event = EventJson.read(cloudEvent.getData().toBytes(), type);
    return new Envelope(
        cloudEvent.getId(),
        timeOf(cloudEvent),
        cloudEvent.getSource().toString(),
        event,
        text(cloudEvent, CORRELATION),
        text(cloudEvent, CAUSATION),
        actorOf(cloudEvent),
        text(cloudEvent, TRACE_PARENT));
  }

  /** CloudEvents leaves the time optional; the moment of reading is the best that is then known. */
  private static Instant timeOf(CloudEvent cloudEvent) {
    OffsetDateTime time = cloudEvent.getTime();
    return time == null ? Instant.now() : time.toInstant();
  }

  private static @Nullable Actor actorOf(CloudEvent cloudEvent) {
    String actor = text(cloudEvent, ACTOR);
    try {
      return actor == null ? null : new Actor(actor);
    } catch (IllegalArgumentException e) {
      throw new InvalidEvent(Objects.requireNonNullElse(e.getMessage(), "actor is not valid"), e);
    }
  }

  private static @Nullable String text(CloudEvent cloudEvent, String extension) {
    Object value = cloudEvent.getExtension(extension);
    return value == null ? null : value.toString();
  }

  private static void extension(CloudEventBuilder builder, String name, @Nullable Object value) {
    if (value != null) {
      builder.withExtension(name, value.toString());
    }
  }
}
