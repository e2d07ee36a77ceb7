package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One alert, raised once and resolved once. */
public record AlertId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static AlertId of(String text) {
    return new AlertId(Uuids.parse("alert id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static AlertId random() {
    return new AlertId(Uuids.timeOrdered());
  }

  /** The alert that this event raises: reading the event again never makes a second one. */
  public static AlertId raisedBy(String source, String eventId) {
    return new AlertId(Uuids.derivedFrom("alert:%s#%s".formatted(source, eventId)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
