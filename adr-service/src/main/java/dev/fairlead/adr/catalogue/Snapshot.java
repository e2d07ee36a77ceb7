package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Status;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a change is worked out from.
 *
 * @param head the last commit; absent before the first one
 * @param known the decisions as the index has them
 */
record Snapshot(@Nullable String head, Map<DecisionId, Known> known, GitRepository repository) {

  /** The decision whose text has this in it. */
  Optional<DecisionId> saying(String mark) {
    return known.values().stream()
        .filter(one -> one.text().contains(mark))
        .map(one -> one.decision().id())
        .findFirst();
  }

  /** One more than any number that was ever given: a number is not given again. */
  int nextNumber() {
    int most = known.keySet().stream().mapToInt(Ids::number).max().orElse(0);
    int inFiles =
        files().keySet().stream()
            .flatMap(name -> Ids.number(name).stream())
            .mapToInt(Integer::intValue)
            .max()
            .orElse(0);
    return Math.max(most, inFiles) + 1;
  }

  /**
   * @throws dev.fairlead.service.problem.Refusal when there is none
   */
  Known known(DecisionId id) {
    Known one = known.get(id);
    if (one == null) {
      throw Refusals.unknown(id);
    }
    return one;
  }

  /**
   * @throws dev.fairlead.service.problem.Refusal unless it may become this next
   */
  Decision standing(DecisionId id, DecisionStatus next) {
    Decision decision = known(id).decision();
    if (!Status.mayBecome(decision.status(), next)) {
      throw Refusals.cannotBecome(decision, next);
    }
    return decision;
  }

  /** Its file as it is; a change on top of tampering would make the tampering ours. */
  DecisionDocument untampered(DecisionId id) {
    Known one = known(id);
    GitRepository.File file = files().get(one.decision().file());
    if (file == null) {
      throw Refusals.tampered(one.decision());
    }
    DecisionDocument document = DecisionDocument.read(repository.read(file));
    if (!document.text().equals(one.text())) {
      throw Refusals.tampered(one.decision());
    }
    return document;
  }

  /** By the names they have in the folder of decisions. */
  Map<String, GitRepository.File> files() {
    return head == null ? Map.of() : repository.files(head);
  }
}
