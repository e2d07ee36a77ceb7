package dev.fairlead.adr.decision;

import dev.fairlead.events.DecisionEvent.DecisionStatus;
import java.time.LocalDate;
import java.util.ArrayList;

/** How a decision's file changes when somebody decides; pure. */
public final class Ruling {

  private Ruling() {}

  public static DecisionDocument accepted(DecisionDocument document, String by, LocalDate today) {
    return decided(document, DecisionStatus.ACCEPTED, by, today)
        .withStatus("ACCEPTED on %s by %s".formatted(today, by));
  }

  public static DecisionDocument rejected(
      DecisionDocument document, String reason, String by, LocalDate today) {
    return decided(document, DecisionStatus.REJECTED, by, today)
        .withHeader("reason", oneLine(reason))
        .withStatus("REJECTED on %s by %s: %s".formatted(today, by, oneLine(reason)));
  }

  public static DecisionDocument deprecated(
      DecisionDocument document, String reason, String by, LocalDate today) {
    return decided(document, DecisionStatus.DEPRECATED, by, today)
        .withHeader("reason", oneLine(reason))
        .withStatus("DEPRECATED on %s by %s: %s".formatted(today, by, oneLine(reason)));
  }

  public static DecisionDocument reaffirmed(
      DecisionDocument document, LocalDate reviewBy, String by, LocalDate today) {
    return document
        .withHeader("review-by", reviewBy.toString())
        .withStatus("Reaffirmed on %s by %s, to be reviewed by %s".formatted(today, by, reviewBy));
  }

  /** The side that no longer stands. */
  public static DecisionDocument superseded(
      DecisionDocument document, Decision successor, String by, LocalDate today) {
    return decided(document, DecisionStatus.SUPERSEDED, by, today)
        .withHeader("superseded-by", successor.id().value())
        .withStatus(
            "SUPERSEDED by [%s](%s) on %s by %s"
                .formatted(successor.id(), successor.file(), today, by));
  }

  /** The side that stands in its place. */
  public static DecisionDocument supersedes(
      DecisionDocument document, Decision successor, Decision predecessor, LocalDate today) {
    var all = new ArrayList<>(successor.supersedes().stream().map(id -> id.value()).toList());
    all.add(predecessor.id().value());
    return document
        .withHeader("supersedes", all)
        .withStatus(
            "Supersedes [%s](%s) on %s".formatted(predecessor.id(), predecessor.file(), today));
  }

  private static DecisionDocument decided(
      DecisionDocument document, DecisionStatus status, String by, LocalDate today) {
    return document
        .withHeader("status", status.name())
        .withHeader("date", today.toString())
        .withHeader("decided-by", by);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
