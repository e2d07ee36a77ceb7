package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Where a secret is found. Events and plans carry the reference, never the secret. */
public record SecretReference(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("secret:(file|env):[^\\s]{1,512}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SecretReference {
    Name.matching(RULE, "secret reference", value, "secret:file:/path or secret:env:NAME");
  }

  @Override
  public String toString() {
    return value;
  }
}
