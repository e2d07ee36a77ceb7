package dev.fairlead.deployer.manifest;

import dev.fairlead.events.SecretReference;
import java.util.Map;

/** {@code environment}: the variables of the application. */
final class VariablesReader {

  private VariablesReader() {}

  static Map<String, String> read(Section top) {
    Map<String, String> variables = top.texts("environment");
    variables.forEach(
        (name, value) -> {
          if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            top.violate(
                "environment",
                "'%s' is no variable's name; expected letters, digits, '_'".formatted(name));
          }
          if (value.startsWith("secret:")) {
            try {
              new SecretReference(value);
            } catch (IllegalArgumentException e) {
              top.violate("environment", "%s: %s".formatted(name, e.getMessage()));
            }
          }
        });
    return variables;
  }
}
