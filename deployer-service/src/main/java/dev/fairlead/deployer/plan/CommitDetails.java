package dev.fairlead.deployer.plan;

import dev.fairlead.service.secret.Redaction;
import org.jspecify.annotations.Nullable;

/**
 * What people know a commit by, as whoever asks tells it: nothing is decided by it.
 *
 * @param message its first line, at most 200 characters
 * @param author at most 200 characters
 */
public record CommitDetails(@Nullable String message, @Nullable String author) {

  private static final int LONGEST = 200;

  /** Characters that control a terminal, or turn around the text that follows them. */
  private static final String INVISIBLE = "[\\p{Cc}\\p{Cf}]";

  /** Cleaned, for showing it; null where neither is told. */
  public static @Nullable CommitDetails told(@Nullable String message, @Nullable String author) {
    CommitDetails details = new CommitDetails(shown(message), shown(author));
    return details.message == null && details.author == null ? null : details;
  }

  private static @Nullable String shown(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String line = text.strip().lines().findFirst().orElse("").replaceAll(INVISIBLE, "").strip();
    return line.isEmpty() ? null : shortened(Redaction.redact(line));
  }

  private static String shortened(String line) {
    return line.codePointCount(0, line.length()) <= LONGEST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
