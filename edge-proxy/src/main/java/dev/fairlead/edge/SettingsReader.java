package dev.fairlead.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads variables and remembers all that is wrong with them. */
final class SettingsReader {
  private static final int SHORTEST_TOKEN = 16;

  private final Map<String, String> environment;
  private final List<String> violations = new ArrayList<>();

  SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  String text(String key, String usual) {
    return given(key).orElse(usual);
  }

  Optional<Path> path(String key) {
    return given(key).map(Path::of);
  }

  /** An unset or blank variable is not given. */
  Optional<String> given(String key) {
    return Optional.ofNullable(environment.get(key)).map(String::strip).filter(t -> !t.isEmpty());
  }

  int number(String key, int usual, int least, int most) {
    String text = text(key, "");
    if (text.isEmpty()) {
      return usual;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below together with numbers out of range
    }
    violate(
        "%s must be a whole number from %d to %d, but was '%s'".formatted(key, least, most, text));
    return least;
  }

  boolean flag(String key) {
    String text = text(key, "false");
    if (!text.equals("true") && !text.equals("false")) {
      violate(key + " must be true or false, but was '" + text + "'");
    }
    return text.equals("true");
  }

  String token() {
    String token =
        given("FAIRLEAD_EDGE_TOKEN_FILE").map(this::read).orElse(text("FAIRLEAD_EDGE_TOKEN", ""));
    if (token.strip().length() < SHORTEST_TOKEN) {
      violate(
          "FAIRLEAD_EDGE_TOKEN_FILE must name a file with the admin token (or FAIRLEAD_EDGE_TOKEN be"
              + " it), at least 16 characters; openssl rand -hex 24 makes one");
    }
    return token.strip();
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      violate("FAIRLEAD_EDGE_TOKEN_FILE cannot be read: " + e);
      return "x".repeat(SHORTEST_TOKEN);
    }
  }

  void violate(String violation) {
    violations.add(violation);
  }

  void throwViolations() {
    if (!violations.isEmpty()) {
      throw new EdgeSettings.Invalid(violations);
    }
  }
}
