package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Who did it: a person, a token's owner, or a service as fairlead/deployer. */
public record Actor(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[^\\p{Cntrl}]{1,200}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Actor {
    Name.matching(
        RULE, "actor", value, "1 to 200 printable characters, such as alice or fairlead/deployer");
  }

  @Override
  public String toString() {
    return value;
  }
}
