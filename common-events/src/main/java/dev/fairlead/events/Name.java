package dev.fairlead.events;

import java.util.regex.Pattern;

/** The check that the value types of this package share, with one wording for its failure. */
final class Name {

  private static final int LONGEST_QUOTE = 80;

  private Name() {}

  static String matching(Pattern rule, String what, String value, String expected) {
    if (rule.matcher(value).matches()) {
      return value;
    }
    throw new IllegalArgumentException(
        "%s '%s' is not valid; expected %s".formatted(what, shortened(value), expected));
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "…";
  }
}
