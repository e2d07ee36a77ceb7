package dev.fairlead.deployer.image;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One pattern of a {@code .dockerignore}: {@code ?} and {@code *} within a name, {@code **} across
 * folders, {@code [a-z]} and {@code [^a-z]}; a backslash takes its meaning from the next character.
 */
final class IgnorePattern {

  private final String text;
  private final StringBuilder expression = new StringBuilder();
  private int at;

  IgnorePattern(String text) {
    this.text = text;
  }

  /**
   * @throws PatternSyntaxException if a class of characters is not closed, or nothing follows a
   *     backslash
   */
  Pattern compile() {
    while (at < text.length()) {
      if (take("**/")) {
        expression.append("(.*/)?");
      } else if (take("**")) {
        expression.append(".*");
      } else if (take("*")) {
        expression.append("[^/]*");
      } else if (take("?")) {
        expression.append("[^/]");
      } else if (take("[")) {
        oneOf();
      } else {
        character();
      }
    }
    return Pattern.compile(expression.toString());
  }

  private void oneOf() {
    expression.append(take("^") ? "[^" : "[");
    boolean empty = true;
    while (!take("]")) {
      if (take("-")) {
        expression.append('-');
      } else {
        character();
      }
      empty = false;
    }
    if (empty) {
      throw wrong("[] without a character in it");
    }
    expression.append(']');
  }

  /** Itself, whatever it means in an expression of Java. */
  private void character() {
    boolean escaped = take("\\");
    if (at == text.length()) {
      throw wrong(escaped ? "nothing behind its last backslash" : "a [ that is not closed");
    }
    int next = text.codePointAt(at);
    at += Character.charCount(next);
    expression.append("\\x{%x}".formatted(next));
  }

  private boolean take(String token) {
    boolean next = text.startsWith(token, at);
    at += next ? token.length() : 0;
    return next;
  }

  private PatternSyntaxException wrong(String what) {
    return new PatternSyntaxException(what, text, at);
  }
}
