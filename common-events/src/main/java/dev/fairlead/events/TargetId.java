package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Something that is probed. Targets of a deployed application begin with its place. */
public record TargetId(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[a-z0-9][A-Za-z0-9._/:-]{0,254}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public TargetId {
    Name.matching(
        RULE,
        "target id",
        value,
        "up to 255 letters, digits or '._/:-', such as orders/production/http");
  }

  @Override
  public String toString() {
    return value;
  }
}
