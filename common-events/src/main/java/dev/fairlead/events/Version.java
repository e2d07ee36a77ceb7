package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** What people call a release. Identity comes from the digest, not from this name. */
public record Version(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Version {
    Name.matching(
        RULE,
        "version",
        value,
        "up to 128 letters, digits or '._+-', beginning with a letter or digit, such as 1.4.2");
  }

  /** Whether people may call a release so. */
  public static boolean isValid(String text) {
    return RULE.matcher(text).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
