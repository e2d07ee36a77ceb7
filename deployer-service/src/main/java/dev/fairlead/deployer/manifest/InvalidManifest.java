package dev.fairlead.deployer.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** A manifest that cannot be used; it carries everything that is wrong with it. */
public final class InvalidManifest extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;

  InvalidManifest(List<Violation> violations) {
    super(
        violations.stream()
            .map(Violation::toString)
            .collect(
                Collectors.joining("\n", "%d thing(s) wrong:\n".formatted(violations.size()), "")));
    this.violations = List.copyOf(violations);
  }

  public List<Violation> violations() {
    return violations;
  }
}
