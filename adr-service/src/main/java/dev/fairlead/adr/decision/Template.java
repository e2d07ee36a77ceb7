package dev.fairlead.adr.decision;

import dev.fairlead.events.DecisionId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a new decision is written down. */
public final class Template {

  /** The sections a reader finds in every decision, in this order, after Status. */
  public static final List<String> SECTIONS =
      List.of("Context", "Decision", "Rationale", "Trade-offs", "Consequence");

  /** Stands where a section is still to be written. */
  public static final String NOT_WRITTEN = "_Not written yet._";

  private Template() {}

  public static DecisionDocument write(
      DecisionId id, Proposal proposal, String proposedBy, LocalDate today) {
    StringBuilder text = new StringBuilder();
    text.append("---\nid: %s\n---\n".formatted(id));
    text.append("# %s: %s\n\n## Status\n".formatted(id, proposal.title().strip()));
    section(text, "Context", proposal.context());
    section(text, "Decision", proposal.decision());
    section(text, "Rationale", proposal.rationale());
    section(text, "Trade-offs", proposal.tradeOffs());
    section(text, "Consequence", proposal.consequence());
    DecisionDocument document =
        DecisionDocument.read(text.toString().getBytes(StandardCharsets.UTF_8))
            .withHeader("status", "PROPOSED")
            .withHeader("date", today.toString())
            .withHeader("proposed-by", proposedBy)
            .withHeader("applies-to", proposal.appliesTo())
            .withStatus("PROPOSED on %s by %s".formatted(today, proposedBy));
    return proposal.reviewBy() == null
        ? document
        : document.withHeader("review-by", proposal.reviewBy().toString());
  }

  private static void section(StringBuilder text, String heading, @Nullable String words) {
    String written = words == null || words.isBlank() ? NOT_WRITTEN : words.strip();
    text.append("\n## %s\n\n%s\n".formatted(heading, written.replace("\r\n", "\n")));
  }
}
