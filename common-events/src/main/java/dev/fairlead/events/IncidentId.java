package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** From the first degradation to the recovery: what belongs together carries the same incident. */
public record IncidentId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static IncidentId of(String text) {
    return new IncidentId(Uuids.parse("incident id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static IncidentId random() {
    return new IncidentId(Uuids.timeOrdered());
  }

  /** The incident that this event begins, the same one however often the event is read. */
  public static IncidentId startedBy(String source, String eventId) {
    return new IncidentId(Uuids.derivedFrom("incident:%s#%s".formatted(source, eventId)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
