package dev.fairlead.alert.route;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A condition on one label, in Alertmanager's four forms: {@code a=b}, {@code a!=b}, {@code a=~b}
 * and {@code a!~b}. A regular expression must match the whole value.
 */
public final class Matcher {

  private static final Pattern FORM =
      Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.-]*)\\s*(=~|!~|!=|=)\\s*(.*?)\\s*");

  private final String label;
  private final String operator;
  private final String value;
  private final Pattern pattern;

  private Matcher(String label, String operator, String value) {
    this.label = label;
    this.operator = operator;
    this.value = value;
    this.pattern = operator.endsWith("~") ? Pattern.compile(value) : Pattern.compile("");
  }

  /**
   * @throws IllegalArgumentException when it has none of the four forms
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Matcher parse(String text) {
    java.util.regex.Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "matcher '%s' is not valid; expected label=value, label!=value, label=~regex or label!~regex"
              .formatted(text));
    }
    try {
      return new Matcher(form.group(1), form.group(2), unquoted(form.group(3)));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "matcher '%s' is not valid; its regular expression does not compile: %s"
              .formatted(text, e.getDescription()),
          e);
    }
  }

  public static boolean all(List<Matcher> matchers, Labels labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }

  public boolean matches(Labels labels) {
    String actual = labels.get(label);
    boolean equal = regex() ? pattern.matcher(actual).matches() : actual.equals(value);
    return equal != negated();
  }

  public String label() {
    return label;
  }

  public String value() {
    return value;
  }

  public boolean regex() {
    return operator.endsWith("~");
  }

  public boolean negated() {
    return operator.startsWith("!");
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  @JsonValue
  @Override
  public String toString() {
    return label + operator + value;
  }
}
