package dev.fairlead.deployer.image;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A {@code .dockerignore}: one pattern a line, as the Docker command reads it. The last one that
 * matches a path, or a folder above it, decides; one that begins with {@code !} lets it in again.
 */
final class IgnoreRules {

  private record Rule(boolean ignores, Pattern pattern) {}

  private final List<Rule> rules = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a line is no pattern; it says which
   */
  IgnoreRules(List<String> lines) {
    int number = 0;
    for (String line : lines) {
      number++;
      try {
        read(line.strip());
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            ".dockerignore line %d is no pattern: '%s' has %s; correct it"
                .formatted(number, line.strip(), e.getDescription()),
            e);
      }
    }
  }

  private void read(String text) {
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    boolean lets = text.startsWith("!");
    String pattern = clean(lets ? text.substring(1).strip() : text);
    if (!pattern.isEmpty()) {
      rules.add(new Rule(!lets, new IgnorePattern(pattern).compile()));
    }
  }

  /**
   * @param path relative to the context, with slashes
   */
  boolean ignores(String path) {
    boolean ignored = false;
    for (Rule rule : rules) {
      if (rule.ignores() != ignored && matches(rule.pattern(), path)) {
        ignored = rule.ignores();
      }
    }
    return ignored;
  }

  private static boolean matches(Pattern pattern, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (pattern.matcher(path.substring(0, end)).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Without what says nothing: a leading or trailing slash, and {@code ./}. */
  private static String clean(String pattern) {
    String text = pattern.replaceAll("/+", "/").replaceAll("(^|/)(\\./)+", "$1");
    return text.replaceAll("^/|/$", "").replaceAll("^\\.$", "");
  }
}
