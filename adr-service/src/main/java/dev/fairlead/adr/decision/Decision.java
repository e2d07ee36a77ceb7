package dev.fairlead.adr.decision;

import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision, as its file says.
 *
 * @param file its name within the folder of decisions
 * @param date of its latest status
 * @param reason why it was rejected or deprecated
 * @param contentHash of what was decided; the header and the section Status are not part of it
 */
public record Decision(
    DecisionId id,
    String file,
    String title,
    DecisionStatus status,
    LocalDate date,
    String proposedBy,
    @Nullable String decidedBy,
    @Nullable String reason,
    @Nullable LocalDate reviewBy,
    List<DecisionId> supersedes,
    @Nullable DecisionId supersededBy,
    List<String> appliesTo,
    String contentHash) {

  /**
   * Reads what is there; what is not, a file from elsewhere gets from its commit.
   *
   * @param number of the file name
   * @param author of the commit
   * @param day of the commit
   */
  public static Decision of(
      int number, String file, DecisionDocument document, String author, LocalDate day) {
    return new Decision(
        Ids.id(number),
        file,
        document.title().orElse(file),
        document.header("status").flatMap(Status::written).orElse(DecisionStatus.PROPOSED),
        date(document, "date").orElse(day),
        document.header("proposed-by").orElse(author),
        document.header("decided-by").orElse(null),
        document.header("reason").orElse(null),
        date(document, "review-by").orElse(null),
        document.headerList("supersedes").stream().flatMap(id -> Ids.said(id).stream()).toList(),
        document.header("superseded-by").flatMap(Ids::said).orElse(null),
        document.headerList("applies-to"),
        document.contentHash());
  }

  public static Optional<LocalDate> date(DecisionDocument document, String key) {
    try {
      return document.header(key).map(LocalDate::parse);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  public boolean is(DecisionStatus other) {
    return status == other;
  }

  /** As somebody outside proposed it, whatever status they wrote. */
  public Decision asProposed() {
    return new Decision(
        id,
        file,
        title,
        DecisionStatus.PROPOSED,
        date,
        proposedBy,
        null,
        null,
        reviewBy,
        supersedes,
        null,
        appliesTo,
        contentHash);
  }
}
