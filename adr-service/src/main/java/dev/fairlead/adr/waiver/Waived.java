package dev.fairlead.adr.waiver;

import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Somebody let a deployment go on although a decision does not stand.
 *
 * @param place {@code application/environment}; "an unnamed place" for whatever is none
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

  private static final String UNNAMED = "an unnamed place";
  private static final int LONGEST_TITLE = 120;
  private static final int LONGEST_QUOTE = 10_000;

  /** What neither a line of the document nor PostgreSQL's jsonb takes; line feeds are kept. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\n]]");

  /** An event may carry any text: also what was kept by earlier versions passes here. */
  Waived {
    place = isPlace(place) ? place : UNNAMED;
    objection = printable(objection);
    reason = printable(reason);
  }

  /** Empty for a gate that nobody waived. */
  static Optional<Waived> of(GateEvaluated gate, Instant at) {
    return gate.waivedBy() == null
        ? Optional.empty()
        : Optional.of(
            new Waived(
                gate.deployment(),
                gate.decision(),
                Objects.requireNonNullElse(gate.place(), UNNAMED),
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
        place.equals(UNNAMED) ? List.of() : List.of(place),
        null);
  }

  private String title() {
    String whole = "Deploy %s to %s in spite of %s".formatted(version, place, decision);
    return whole.substring(0, Math.min(whole.length(), LONGEST_TITLE));
  }

  private static boolean isPlace(String text) {
    String[] parts = text.split("/", -1);
    try {
      return parts.length == 2 && Place.of(parts[0], parts[1]).toString().equals(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static String printable(String words) {
    String whole = words.substring(0, Math.min(words.length(), LONGEST_QUOTE));
    return UNPRINTABLE.matcher(whole.replaceAll("\\r\\n?", "\n")).replaceAll(" ");
  }

  /** Whatever somebody wrote stays a quotation: no heading and no fence of the document. */
  private static String quoted(String words) {
    return words.lines().map(line -> "> " + line).collect(Collectors.joining("\n"));
  }
}
