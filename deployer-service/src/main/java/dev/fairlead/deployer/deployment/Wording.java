package dev.fairlead.deployer.deployment;

import dev.fairlead.service.secret.Redaction;
import java.util.regex.Pattern;

/**
 * Texts of programs and neighbours as they may be kept, told on the bus and shown at a terminal.
 * Whatever a program writes may be in them.
 */
final class Wording {

  private static final String REPLACEMENT = "\uFFFD";

  /**
   * Control characters but the ends of lines and tabs, what turns the direction of writing, and
   * halves of characters: terminals obey the first two, and PostgreSQL takes neither U+0000 nor a
   * half.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[[\\p{Cc}&&[^\n\t]]\\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]");

  /** U+0000 as JSON writes it; behind an odd number of further backslashes it is text. */
  private static final Pattern WRITTEN_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private Wording() {}

  /** Without secrets, and without what a terminal or a database takes amiss. */
  static String clean(String text) {
    return UNPRINTABLE.matcher(Redaction.redact(text)).replaceAll(REPLACEMENT);
  }

  /**
   * A JSON document that PostgreSQL takes: one that it refuses would be told again for ever.
   *
   * @param json as written by a JSON writer
   */
  static String storable(String json) {
    return WRITTEN_NUL.matcher(json).replaceAll("$1" + REPLACEMENT);
  }
}
