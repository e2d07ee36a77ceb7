package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The content address of an artifact: an image's manifest digest, or the digest of an archive. */
public record ArtifactDigest(@JsonValue String value) {

  private static final Pattern RULE = Pattern.compile("sha256:[0-9a-f]{64}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ArtifactDigest {
    Name.matching(RULE, "artifact digest", value, "sha256: and 64 hexadecimal digits");
  }

  @Override
  public String toString() {
    return value;
  }
}
