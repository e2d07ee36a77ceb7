package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The identity of one event. Together with its source it tells a repetition from news. */
public record EventId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static EventId of(String text) {
    return new EventId(Uuids.parse("event id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static EventId random() {
    return new EventId(Uuids.timeOrdered());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
