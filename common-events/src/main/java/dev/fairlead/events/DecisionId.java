package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The number of an architecture decision record, as written in its file name. */
public record DecisionId(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[A-Z][A-Z0-9]{0,15}-[0-9]{1,6}|[0-9]{4,6}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DecisionId {
    Name.matching(
        RULE,
        "decision id",
        value,
        "a prefix and a number such as ADR-0042, or four to six digits");
  }

  @Override
  public String toString() {
    return value;
  }
}
