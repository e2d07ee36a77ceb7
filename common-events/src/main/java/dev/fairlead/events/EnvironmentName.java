package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of an environment of an application, such as staging or production. */
public record EnvironmentName(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public EnvironmentName {
    Name.matching(
        RULE,
        "environment name",
        value,
        "a lower-case letter, then up to 62 lower-case letters, digits or '-', such as production");
  }

  @Override
  public String toString() {
    return value;
  }
}
