package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page that lists the decisions beside them: README.md, between two marks that are ours. */
public final class IndexPage {

  public static final String FILE = "README.md";

  private static final String BEGIN = "<!-- fairlead: decisions -->";
  private static final String END = "<!-- fairlead: end of decisions -->";
  private static final Pattern OURS =
      Pattern.compile(Pattern.quote(BEGIN) + ".*?" + Pattern.quote(END), Pattern.DOTALL);
  private static final String NEW_PAGE =
      """
      # Decisions

      Why things are the way they are. A decision that was accepted is never rewritten: a later one supersedes it.

      """;

  private IndexPage() {}

  /** The page with the list as it should be; what people wrote around it stays. */
  public static byte[] of(byte[] before, Collection<Decision> decisions) {
    String page = new String(before, StandardCharsets.UTF_8);
    String list = list(decisions);
    Matcher ours = OURS.matcher(page);
    String after;
    if (ours.find()) {
      after = page.substring(0, ours.start()) + list + page.substring(ours.end());
    } else if (page.isBlank()) {
      after = NEW_PAGE + list + "\n";
    } else {
      after = page + (page.endsWith("\n") ? "\n" : "\n\n") + list + "\n";
    }
    return after.getBytes(StandardCharsets.UTF_8);
  }

  private static String list(Collection<Decision> decisions) {
    StringBuilder list = new StringBuilder(BEGIN);
    list.append("\n\n| Id | Title | Status | Date | Applies to |\n|---|---|---|---|---|\n");
    for (Decision decision : decisions) {
      list.append(
          "| [%s](%s) | %s | %s | %s | %s |\n"
              .formatted(
                  decision.id(),
                  decision.file(),
                  cell(decision.title()),
                  decision.status(),
                  decision.date(),
                  cell(String.join(", ", decision.appliesTo()))));
    }
    return list.append('\n').append(END).toString();
  }

  private static String cell(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;");
  }
}
