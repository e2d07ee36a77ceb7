package dev.fairlead.adr.waiver;

import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Somebody let a deployment go on although a decision does not stand.
 *
 * @param objection what the gate said of the decision
 * @param reason why it was right this time, in that person's words
 */
record Waived(
    DeploymentId deployment,
    DecisionId decision,
    String place,
    String version,
    String objection,
    String reason,
    Actor by,
    Instant at) {

  private static final int LONGEST_TITLE = 120;
  private static final int LONGEST_QUOTE = 10_000;

  /** Empty for a gate that nobody waived. */
  static Optional<Waived> of(GateEvaluated gate, Instant at) {
    return gate.waivedBy() == null
        ? Optional.empty()
        : Optional.of(
            new Waived(
                gate.deployment(),
                gate.decision(),
                Objects.requireNonNullElse(gate.place(), "an unnamed place"),
                gate.version() == null ? "unknown" : gate.version().value(),
                gate.detail(),
                Objects.requireNonNullElse(gate.waiver(), "no reason was given"),
                gate.waivedBy(),
                at));
  }

  /** What its proposal says and no other one does. */
  String mark() {
    return "Waived: %s for deployment %s".formatted(decision, deployment);
  }

  Proposal proposal() {
    return new Proposal(
        title(),
        "%s, on %s by %s. The gate had said:%n%n%s"
            .formatted(mark(), at, by, quoted(objection))
            .replace(System.lineSeparator(), "\n"),
        "Version %s was deployed to %s although %s does not stand."
            .formatted(version, place, decision),
        quoted(reason),
        null,
        "Accept this as an exception, or reject it and make %s, or its successor, stand."
            .formatted(decision),
        place.contains("/") ? List.of(place) : List.of(),
        null);
  }

  private String title() {
    String whole = "Deploy %s to %s in spite of %s".formatted(version, place, decision);
    return whole.substring(0, Math.min(whole.length(), LONGEST_TITLE));
  }

  /** Whatever somebody wrote stays a quotation: no heading and no fence of the document. */
  private static String quoted(String words) {
    return words
        .substring(0, Math.min(words.length(), LONGEST_QUOTE))
        .lines()
        .map(line -> "> " + line.replaceAll("\\p{Cntrl}", " "))
        .collect(Collectors.joining("\n"));
  }
}
