package dev.fairlead.adr.decision;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a person proposes to decide; the sections of the template may be written later. */
public record Proposal(
    String title,
    @Nullable String context,
    @Nullable String decision,
    @Nullable String rationale,
    @Nullable String tradeOffs,
    @Nullable String consequence,
    List<String> appliesTo,
    @Nullable LocalDate reviewBy) {

  private static final int LONGEST_TITLE = 120;
  private static final int LONGEST_SECTION = 50_000;
  private static final Pattern APPLIES_TO = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9._/*-]{0,126}");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\r\\t]]");

  /**
   * @param message what is wrong, what was expected
   */
  public record Violation(String field, String message) {}

  /** Everything that is wrong with it, at once. */
  public List<Violation> violations() {
    List<Violation> broken = new ArrayList<>();
    if (title.isBlank() || title.strip().length() > LONGEST_TITLE) {
      broken.add(
          new Violation(
              "title",
              "has %d characters; expected 1 to %d"
                  .formatted(title.strip().length(), LONGEST_TITLE)));
    }
    if (title.chars().anyMatch(Character::isISOControl)) {
      broken.add(new Violation("title", "holds a line break or control character"));
    }
    section(broken, "context", context);
    section(broken, "decision", decision);
    section(broken, "rationale", rationale);
    section(broken, "tradeOffs", tradeOffs);
    section(broken, "consequence", consequence);
    for (String name : appliesTo) {
      if (!APPLIES_TO.matcher(name).matches()) {
        broken.add(
            new Violation(
                "appliesTo",
                "'%s' is not valid; expected letters, digits or '._/*-', such as orders/production"
                    .formatted(name)));
      }
    }
    return broken;
  }

  /**
   * @throws InvalidProposal unless it may be written down as it is
   */
  public void requireValid() {
    List<Violation> broken = violations();
    if (!broken.isEmpty()) {
      throw new InvalidProposal(broken);
    }
  }

  private static void section(List<Violation> broken, String field, @Nullable String text) {
    if (text == null) {
      return;
    }
    if (text.length() > LONGEST_SECTION) {
      broken.add(
          new Violation(
              field,
              "has %d characters; expected at most %d".formatted(text.length(), LONGEST_SECTION)));
    }
    if (CONTROL.matcher(text).find()) {
      broken.add(new Violation(field, "holds control characters"));
    }
    if (Lines.endsInFence(text)) {
      broken.add(new Violation(field, "ends within a code fence; close it"));
    }
    Lines.headings(Lines.of(text), 0).stream()
        .filter(heading -> heading.level() <= 2)
        .findFirst()
        .ifPresent(
            heading ->
                broken.add(
                    new Violation(
                        field,
                        "line %d is a heading of level %d; expected ### or deeper"
                            .formatted(heading.line() + 1, heading.level()))));
  }
}
