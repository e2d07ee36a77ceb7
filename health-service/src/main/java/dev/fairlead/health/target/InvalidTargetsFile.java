package dev.fairlead.health.target;

import java.nio.file.Path;
import java.util.List;

/** A targets file that cannot be followed, with everything that is wrong with it. */
public final class InvalidTargetsFile extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidTargetsFile(Path file, List<String> broken) {
    super("%s: %s".formatted(file, String.join("; ", broken)));
  }
}
