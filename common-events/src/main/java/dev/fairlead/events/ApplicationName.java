package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of an application, unique in one installation of Fairlead. */
public record ApplicationName(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ApplicationName {
    Name.matching(
        RULE,
        "application name",
        value,
        "a lower-case letter, then up to 62 lower-case letters, digits or '-', such as orders");
  }

  @Override
  public String toString() {
    return value;
  }
}
