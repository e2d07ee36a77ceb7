package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A database of an application: application, environment and its name in the manifest. */
public record DatabaseId(@JsonValue String value) {

  private static final Pattern RULE =
      Pattern.compile("[a-z][a-z0-9-]{0,62}(/[a-z0-9][a-z0-9_-]{0,62}){2}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DatabaseId {
    Name.matching(
        RULE, "database id", value, "application/environment/name, such as orders/production/main");
  }

  @Override
  public String toString() {
    return value;
  }
}
