package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.catalogue.Tampering.Kind;
import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Status;
import dev.fairlead.adr.decision.UnreadableDecision;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent;
import dev.fairlead.events.DecisionEvent.DecisionAccepted;
import dev.fairlead.events.DecisionEvent.DecisionDeprecated;
import dev.fairlead.events.DecisionEvent.DecisionProposed;
import dev.fairlead.events.DecisionEvent.DecisionReaffirmed;
import dev.fairlead.events.DecisionEvent.DecisionRejected;
import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.DecisionEvent.DecisionSuperseded;
import dev.fairlead.events.DecisionId;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one commit did to the decisions: pure, so that the index and the events are the same however
 * often they are worked out.
 *
 * <p>A commit of this service is followed in all it says, as is every one that was there before the
 * index. One from outside may propose, and change what is only proposed; what it does to a decision
 * that was made is tampering, and the decision stands.
 */
final class Step {

  private final GitRepository.Commit commit;
  private final boolean trusted;
  private final Function<GitRepository.File, byte[]> content;
  private final Map<DecisionId, Known> known;
  private final Map<DecisionId, Known> changed = new TreeMap<>(Step::byNumber);
  private final List<DecisionEvent> events = new ArrayList<>();
  private final List<Tampering> tamperings = new ArrayList<>();
  private final Set<DecisionId> healed = new HashSet<>();

  private Step(
      Map<DecisionId, Known> known,
      GitRepository.Commit commit,
      boolean trusted,
      Function<GitRepository.File, byte[]> content) {
    this.known = known;
    this.commit = commit;
    this.trusted = trusted;
    this.content = content;
  }

  /**
   * @param healed decisions that are again as they were decided
   */
  record Outcome(
      Map<DecisionId, Known> changed,
      List<DecisionEvent> events,
      List<Tampering> tamperings,
      Set<DecisionId> healed) {}

  static Outcome of(
      Map<DecisionId, Known> known,
      Map<String, GitRepository.File> files,
      GitRepository.Commit commit,
      boolean trusted,
      Function<GitRepository.File, byte[]> content) {
    Step step = new Step(known, commit, trusted, content);
    Set<DecisionId> present = new HashSet<>();
    for (GitRepository.File file : files.values()) {
      Optional<Integer> number = Ids.number(file.name());
      if (number.isPresent() && present.add(Ids.id(number.get()))) {
        step.look(number.get(), chosen(known.get(Ids.id(number.get())), file, files));
      }
    }
    known.forEach((id, one) -> step.missing(id, one, present));
    return new Outcome(step.changed, step.events, step.tamperings, step.healed);
  }

  /** Of two files with one number, the one that had it first. */
  private static GitRepository.File chosen(
      @Nullable Known known, GitRepository.File file, Map<String, GitRepository.File> files) {
    return known == null ? file : files.getOrDefault(known.decision().file(), file);
  }

  private void look(int number, GitRepository.File file) {
    DecisionId id = Ids.id(number);
    Known before = known.get(id);
    if (before != null && before.blob().equals(file.blob())) {
      return;
    }
    try {
      DecisionDocument document = DecisionDocument.read(content.apply(file));
      Decision found = Decision.of(number, file.name(), document, commit.author(), day());
      if (before == null) {
        first(found, file, document);
      } else {
        again(before, found, file, document);
      }
    } catch (UnreadableDecision e) {
      tampered(Kind.UNREADABLE, id, file.name(), Objects.requireNonNullElse(e.getMessage(), ""));
      if (before != null) {
        seen(before, file.blob());
      }
    }
  }

  private void first(Decision found, GitRepository.File file, DecisionDocument document) {
    boolean decidesItself = !trusted && !Status.open(found.status());
    if (decidesItself) {
      tampered(
          Kind.STATUS,
          found.id(),
          file.name(),
          "it was added as %s; a decision is made through this service".formatted(found.status()));
    }
    Decision decision = decidesItself ? found.asProposed() : found;
    events.add(
        new DecisionProposed(
            decision.id(),
            decision.title(),
            actor(decision.proposedBy()),
            decision.appliesTo(),
            commit.id()));
    if (!Status.open(decision.status())) {
      tellStatus(decision);
    }
    keep(decision, file, document);
  }

  private void again(
      Known before, Decision found, GitRepository.File file, DecisionDocument document) {
    Decision was = before.decision();
    if (!trusted && (!Status.open(was.status()) || was.status() != found.status())) {
      fromOutside(before, found, file, document);
      return;
    }
    if (was.status() != found.status()) {
      tellStatus(found);
    } else if (!Objects.equals(was.reviewBy(), found.reviewBy()) && !Status.open(was.status())) {
      events.add(
          new DecisionReaffirmed(
              found.id(), found.reviewBy(), actor(commit.author()), commit.id()));
    }
    healed.add(found.id());
    keep(found, file, document);
  }

  /** The decision stands as it was; only a proposal takes over what was written. */
  private void fromOutside(
      Known before, Decision found, GitRepository.File file, DecisionDocument document) {
    Decision was = before.decision();
    if (was.status() != found.status()) {
      tampered(
          Kind.STATUS,
          was.id(),
          file.name(),
          "%s was written as %s; a decision is made through this service"
              .formatted(was.status(), found.status()));
      seen(before, file.blob());
    } else if (document.text().equals(before.text())) {
      healed.add(was.id());
      seen(before, file.blob());
    } else {
      tampered(
          Kind.REWRITTEN,
          was.id(),
          file.name(),
          was.contentHash().equals(found.contentHash())
              ? "its header was changed after it was " + was.status()
              : "its text was changed after it was " + was.status());
      seen(before, file.blob());
    }
  }

  private void missing(DecisionId id, Known one, Set<DecisionId> present) {
    if (!present.contains(id) && !one.blob().isEmpty()) {
      tampered(Kind.DELETED, id, one.decision().file(), "its file was deleted");
      seen(one, "");
    }
  }

  private void tellStatus(Decision decision) {
    DecisionId id = decision.id();
    Actor by = actor(Objects.requireNonNullElse(decision.decidedBy(), commit.author()));
    String reason = Objects.requireNonNullElse(decision.reason(), "no reason was written down");
    switch (decision.status()) {
      case PROPOSED -> {}
      case ACCEPTED -> events.add(new DecisionAccepted(id, decision.title(), by, commit.id()));
      case REJECTED -> events.add(new DecisionRejected(id, reason, by, commit.id()));
      case DEPRECATED -> events.add(new DecisionDeprecated(id, reason, by, commit.id()));
      case SUPERSEDED -> {
        if (decision.supersededBy() != null) {
          events.add(new DecisionSuperseded(id, decision.supersededBy(), by, commit.id()));
        }
      }
    }
  }

  private void keep(Decision decision, GitRepository.File file, DecisionDocument document) {
    changed.put(decision.id(), new Known(decision, file.blob(), commit.id(), document.text()));
    events.add(
        new DecisionState(
            decision.id(),
            decision.title(),
            decision.status(),
            decision.date(),
            decision.reviewBy(),
            decision.supersededBy(),
            decision.appliesTo()));
  }

  private void seen(Known one, String blob) {
    changed.put(one.decision().id(), new Known(one.decision(), blob, one.commit(), one.text()));
  }

  private void tampered(Kind kind, DecisionId id, String file, String detail) {
    tamperings.add(new Tampering(kind, id, file, commit.id(), commit.author(), detail));
  }

  private LocalDate day() {
    return LocalDate.ofInstant(commit.time(), ZoneOffset.UTC);
  }

  /** Names of commits are anybody's text; what no actor may have is left out. */
  private static Actor actor(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", " ").strip();
    String shortened = plain.substring(0, Math.min(200, plain.length()));
    return new Actor(shortened.isEmpty() ? "unknown" : shortened);
  }

  private static int byNumber(DecisionId one, DecisionId other) {
    return Integer.compare(Ids.number(one), Ids.number(other));
  }
}
