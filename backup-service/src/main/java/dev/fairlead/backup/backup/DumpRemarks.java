package dev.fairlead.backup.backup;

import dev.fairlead.service.secret.Redaction;
import java.util.List;

/**
 * What {@code pg_dump} said of a dump that it made all the same: without secrets, and not at any
 * length.
 */
final class DumpRemarks {

  private static final int LINES = 20;
  private static final int LONGEST = 300;

  private DumpRemarks() {}

  /**
   * @param said all that is known of what it wrote to its standard error
   */
  static List<String> of(String said) {
    return Redaction.redact(said)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .limit(LINES)
        .map(DumpRemarks::shortened)
        .toList();
  }

  private static String shortened(String line) {
    if (line.length() <= LONGEST) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return line.substring(0, end) + " …";
  }
}
