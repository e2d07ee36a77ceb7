package dev.fairlead.service.secret;

import dev.fairlead.events.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds secrets where their references point. What was found no longer appears in any log. */
public final class Secrets {

  private static final String FILE = "secret:file:";
  private static final String ENVIRONMENT = "secret:env:";

  private final Map<String, String> environment;

  Secrets(Map<String, String> environment) {
    this.environment = environment;
  }

  /** For a program without Spring, such as a command line. */
  public static Secrets ofThisProcess() {
    return new Secrets(System.getenv());
  }

  /**
   * Looks each time, so a rotated secret is found without a restart. The line break that editors
   * put at the end of a file is no part of it.
   *
   * @throws SecretNotFound when there is nothing, or nothing readable
   */
  public Secret resolve(SecretReference reference) {
    String text = reference.value();
    String value =
        text.startsWith(FILE)
            ? read(reference, Path.of(text.substring(FILE.length())))
            : variable(reference, text.substring(ENVIRONMENT.length()));
    if (value.isEmpty()) {
      throw new SecretNotFound(reference, "it is empty");
    }
    Redaction.remember(value);
    return new Secret(value);
  }

  private static String read(SecretReference reference, Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new SecretNotFound(
          reference, "the file cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private String variable(SecretReference reference, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new SecretNotFound(reference, "the service runs without this environment variable");
    }
    return value;
  }
}
