package dev.fairlead.adr.waiver;

import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * A waiver as it is kept. It is read one by one, since what cannot be read must not hide the
 * others.
 */
record Kept(UUID deployment, String decision, String document) {

  private static final JsonMapper JSON = new JsonMapper();

  static Kept of(Waived waived) {
    return new Kept(
        waived.deployment().value(), waived.decision().value(), JSON.writeValueAsString(waived));
  }

  /**
   * @throws RuntimeException of any kind, for a row that this version did not write
   */
  Waived waived() {
    return JSON.readValue(document, Waived.class);
  }
}
