package dev.fairlead.alert.alert;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Two problems with the same one are the same problem: its cause and what it is about. */
public record Fingerprint(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Fingerprint {}

  /** {@code backup-failed:orders/production/main}. */
  public static Fingerprint of(String cause, Object about) {
    return new Fingerprint(cause + ":" + about);
  }

  /** One of several things that can be wrong with the same: {@code resource-pressure:host#disk}. */
  static Object part(Object about, String part) {
    return about + "#" + part;
  }

  @Override
  public String toString() {
    return value;
  }
}
