package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.AdrSettings;
import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.adr.decision.Ruling;
import dev.fairlead.adr.decision.Template;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * Every change of the decisions: worked out from the last commit, written as one commit, followed
 * by the index. Requests at the same time come one after the other; should another process be
 * faster, the change is worked out again on top of its commit, so no number is given twice.
 */
@Component
public class Catalogue {

  private static final int TRIES = 20;

  private final GitRepository repository;
  private final Follower follower;
  private final Index index;
  private final Clock clock;
  private final String mailDomain;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  Catalogue(
      GitRepository repository, Follower follower, Index index, Clock clock, AdrSettings settings) {
    this.repository = repository;
    this.follower = follower;
    this.index = index;
    this.clock = clock;
    this.mailDomain = settings.mailDomain();
  }

  /**
   * @throws dev.fairlead.adr.decision.InvalidProposal before anything is written
   */
  Known propose(Proposal proposal, Actor by) {
    proposal.requireValid();
    return changed(by, snapshot -> proposed(snapshot, proposal, by));
  }

  /**
   * Proposes it, unless a decision says {@code mark} already: for whoever may ask again after a
   * crash. Of several at once, also in other processes, one proposes.
   *
   * @param mark a text of the proposal that no other one has
   * @return what says it now
   * @throws dev.fairlead.adr.decision.InvalidProposal before anything is written
   */
  public DecisionId proposeOnce(Proposal proposal, String mark, Actor by) {
    proposal.requireValid();
    return changed(
            by,
            snapshot ->
                snapshot
                    .saying(mark)
                    .map(known -> new Change(known, "Keep", proposal.title()))
                    .orElseGet(() -> proposed(snapshot, proposal, by)))
        .decision()
        .id();
  }

  private Change proposed(Snapshot snapshot, Proposal proposal, Actor by) {
    int number = snapshot.nextNumber();
    return new Change(Ids.id(number), "Propose", proposal.title().strip())
        .file(
            number,
            Ids.fileName(number, proposal.title()),
            Template.write(Ids.id(number), proposal, by.value(), today()));
  }

  Known accept(DecisionId id, Actor by) {
    return ruled(
        id,
        "Accept",
        DecisionStatus.ACCEPTED,
        by,
        document -> Ruling.accepted(document, by.value(), today()));
  }

  Known reject(DecisionId id, String reason, Actor by) {
    return ruled(
        id,
        "Reject",
        DecisionStatus.REJECTED,
        by,
        document -> Ruling.rejected(document, reason, by.value(), today()));
  }

  Known deprecate(DecisionId id, String reason, Actor by) {
    return ruled(
        id,
        "Deprecate",
        DecisionStatus.DEPRECATED,
        by,
        document -> Ruling.deprecated(document, reason, by.value(), today()));
  }

  /** It stands, and is looked at again by then. */
  Known reaffirm(DecisionId id, LocalDate reviewBy, Actor by) {
    return changed(
        by,
        snapshot -> {
          Decision decision = snapshot.known(id).decision();
          if (!decision.is(DecisionStatus.ACCEPTED)) {
            throw Refusals.cannotReaffirm(decision);
          }
          return new Change(id, "Reaffirm", decision.title())
              .file(
                  Ids.number(id),
                  decision.file(),
                  Ruling.reaffirmed(snapshot.untampered(id), reviewBy, by.value(), today()));
        });
  }

  /** Both sides in one commit; what supersedes must stand itself, so there can be no circle. */
  Known supersede(DecisionId id, DecisionId successor, Actor by) {
    return changed(
        by,
        snapshot -> {
          Decision old = snapshot.standing(id, DecisionStatus.SUPERSEDED);
          Decision next = snapshot.known(successor).decision();
          if (id.equals(successor) || !next.is(DecisionStatus.ACCEPTED)) {
            throw Refusals.cannotSupersede(old, next);
          }
          LocalDate today = today();
          String title = "%s by %s".formatted(id, successor);
          return new Change(id, "Supersede", title)
              .file(
                  Ids.number(id),
                  old.file(),
                  Ruling.superseded(snapshot.untampered(id), next, by.value(), today))
              .file(
                  Ids.number(successor),
                  next.file(),
                  Ruling.supersedes(snapshot.untampered(successor), next, old, today));
        });
  }

  private Known ruled(DecisionId id, String verb, DecisionStatus next, Actor by, Edit edit) {
    return changed(
        by,
        snapshot -> {
          Decision decision = snapshot.standing(id, next);
          return new Change(id, verb, decision.title())
              .file(Ids.number(id), decision.file(), edit.of(snapshot.untampered(id)));
        });
  }

  /** Works the change out, commits it and follows it. */
  private Known changed(Actor by, Planned planned) {
    oneAtATime.lock();
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        follower.follow();
        Snapshot snapshot = new Snapshot(repository.head().orElse(null), index.all(), repository);
        Change change = planned.on(snapshot);
        if (change.isNone() || committed(snapshot, change, by)) {
          follower.follow();
          repository.refreshFiles();
          return index.find(change.id()).orElseThrow();
        }
      }
      throw Refusals.busy();
    } finally {
      oneAtATime.unlock();
    }
  }

  private boolean committed(Snapshot snapshot, Change change, Actor by) {
    return repository.commit(
        snapshot.head(),
        change.filesWithIndex(snapshot, by.value(), today()),
        new GitRepository.Author(by.value(), mailOf(by)),
        clock.instant(),
        change.message(),
        index::own);
  }

  private String mailOf(Actor by) {
    String local =
        by.value()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", ".")
            .replaceAll("^\\.|\\.$", "");
    return "%s@%s".formatted(local.isEmpty() ? "unknown" : local, mailDomain);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private interface Edit {
    DecisionDocument of(DecisionDocument document);
  }

  private interface Planned {
    Change on(Snapshot snapshot);
  }
}
