package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The identity of a plan: an approval names it, and the run executes exactly that plan. */
public record PlanHash(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("sha256:[0-9a-f]{64}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public PlanHash {
    Name.matching(RULE, "plan hash", value, "sha256: and 64 hexadecimal digits");
  }

  @Override
  public String toString() {
    return value;
  }
}
