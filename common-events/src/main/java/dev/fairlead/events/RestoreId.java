package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One restore of a backup. */
public record RestoreId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static RestoreId of(String text) {
    return new RestoreId(Uuids.parse("restore id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static RestoreId random() {
    return new RestoreId(Uuids.timeOrdered());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
