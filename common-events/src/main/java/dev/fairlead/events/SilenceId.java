package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A silence: alerts that match it notify nobody while it lasts. */
public record SilenceId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SilenceId of(String text) {
    return new SilenceId(Uuids.parse("silence id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static SilenceId random() {
    return new SilenceId(Uuids.timeOrdered());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
