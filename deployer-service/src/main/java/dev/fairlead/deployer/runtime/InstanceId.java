package dev.fairlead.deployer.runtime;

import java.util.regex.Pattern;

/**
 * The name of one instance, chosen by the caller before it is started, so that starting is
 * idempotent. Never reused for another release.
 */
public record InstanceId(String value) implements Comparable<InstanceId> {

  private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,119}");

  public InstanceId {
    if (!RULE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "instance id '%s' is not valid; expected up to 120 lower-case letters, digits or '_.-'"
              .formatted(value));
    }
  }

  @Override
  public int compareTo(InstanceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
