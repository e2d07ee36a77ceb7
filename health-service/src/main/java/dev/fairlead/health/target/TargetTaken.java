package dev.fairlead.health.target;

import java.util.List;

/** A target id that already belongs to another place. */
public final class TargetTaken extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TargetTaken(List<String> taken) {
    super(
        "already taken: %s; ids are unique in one installation"
            .formatted(String.join(", ", taken)));
  }
}
