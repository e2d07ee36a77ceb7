package dev.fairlead.adr.decision;

import dev.fairlead.events.DecisionId;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Between numbers, ids and file names: 42, {@code ADR-0042}, {@code 0042-use-kafka.md}. */
public final class Ids {

  private static final Pattern FILE = Pattern.compile("([0-9]{4,6})-[^/]+\\.md");
  private static final Pattern SAID = Pattern.compile("(?:ADR-)?([0-9]{1,6})");
  private static final int LONGEST_SLUG = 60;

  private Ids() {}

  public static DecisionId id(int number) {
    return new DecisionId("ADR-%04d".formatted(number));
  }

  /** As people say it: ADR-0042, adr-42, 0042 or 42. */
  public static Optional<DecisionId> said(String text) {
    Matcher said = SAID.matcher(text.strip().toUpperCase(Locale.ROOT));
    return said.matches() ? Optional.of(id(Integer.parseInt(said.group(1)))) : Optional.empty();
  }

  /** The number that a file name begins with; empty for a file that is no decision. */
  public static Optional<Integer> number(String fileName) {
    Matcher file = FILE.matcher(fileName);
    return file.matches() ? Optional.of(Integer.parseInt(file.group(1))) : Optional.empty();
  }

  public static int number(DecisionId id) {
    return Integer.parseInt(id.value().substring(id.value().indexOf('-') + 1));
  }

  public static String fileName(int number, String title) {
    return "%04d-%s.md".formatted(number, slug(title));
  }

  /** Plain letters, digits and dashes; a title in another script becomes "decision". */
  static String slug(String title) {
    String plain =
        Normalizer.normalize(title, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    String shortened = plain.substring(0, Math.min(LONGEST_SLUG, plain.length()));
    String trimmed = shortened.replaceAll("^-+|-+$", "");
    return trimmed.isEmpty() ? "decision" : trimmed;
  }
}
