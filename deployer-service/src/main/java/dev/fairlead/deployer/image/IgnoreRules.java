package dev.fairlead.deployer.image;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A {@code .dockerignore}: one pattern a line, as the Docker command reads it. The last one that
 * matches a path, or a folder above it, decides; one that begins with {@code !} lets it in again.
 */
final class IgnoreRules {

  private record Rule(boolean ignores, Pattern pattern) {}

  private final List<Rule> rules = new ArrayList<>();

  IgnoreRules(List<String> lines) {
    for (String line : lines) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        boolean lets = text.startsWith("!");
        String pattern = clean(lets ? text.substring(1).strip() : text);
        if (!pattern.isEmpty()) {
          rules.add(new Rule(!lets, Pattern.compile(expression(pattern))));
        }
      }
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

  private static String expression(String pattern) {
    StringBuilder expression = new StringBuilder();
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      inClass = c == '[' || (inClass && c != ']');
      if (inClass || c == ']' || c == '\\') {
        expression.append(c);
      } else if (pattern.startsWith("**/", i)) {
        expression.append("(.*/)?");
        i += 2;
      } else if (pattern.startsWith("**", i)) {
        expression.append(".*");
        i++;
      } else if (c == '*') {
        expression.append("[^/]*");
      } else if (c == '?') {
        expression.append("[^/]");
      } else {
        expression.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return expression.toString();
  }
}
