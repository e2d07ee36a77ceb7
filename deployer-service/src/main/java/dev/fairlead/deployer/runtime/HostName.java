package dev.fairlead.deployer.runtime;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** What the deployer's settings call a host that has a Docker Engine. */
public record HostName(@JsonValue String value) implements Comparable<HostName> {

  private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** The host of the setting {@code docker}; where a manifest names none, instances run there. */
  public static final HostName LOCAL = new HostName("local");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public HostName {
    if (!RULE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "host name '%s' is not valid; expected up to 63 lower-case letters, digits or '-'"
              .formatted(value));
    }
  }

  @Override
  public int compareTo(HostName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
