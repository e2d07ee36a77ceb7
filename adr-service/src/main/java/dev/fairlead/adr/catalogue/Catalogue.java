package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.AdrSettings;
import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.adr.decision.Ruling;
import dev.fairlead.adr.decision.Status;
import dev.fairlead.adr.decision.Template;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
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
    return changed(by, state -> proposed(state, proposal, by));
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
            state ->
                state
                    .saying(mark)
                    .map(known -> new Change(known, "Keep", proposal.title()))
                    .orElseGet(() -> proposed(state, proposal, by)))
        .decision()
        .id();
  }

  private Change proposed(State state, Proposal proposal, Actor by) {
    int number = state.nextNumber();
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
        state -> {
          Decision decision = state.known(id).decision();
          if (!decision.is(DecisionStatus.ACCEPTED)) {
            throw Refusals.cannotReaffirm(decision);
          }
          return new Change(id, "Reaffirm", decision.title())
              .file(
                  Ids.number(id),
                  decision.file(),
                  Ruling.reaffirmed(state.untampered(id), reviewBy, by.value(), today()));
        });
  }

  /** Both sides in one commit; what supersedes must stand itself, so there can be no circle. */
  Known supersede(DecisionId id, DecisionId successor, Actor by) {
    return changed(
        by,
        state -> {
          Decision old = state.standing(id, DecisionStatus.SUPERSEDED);
          Decision next = state.known(successor).decision();
          if (id.equals(successor) || !next.is(DecisionStatus.ACCEPTED)) {
            throw Refusals.cannotSupersede(old, next);
          }
          LocalDate today = today();
          String title = "%s by %s".formatted(id, successor);
          return new Change(id, "Supersede", title)
              .file(
                  Ids.number(id),
                  old.file(),
                  Ruling.superseded(state.untampered(id), next, by.value(), today))
              .file(
                  Ids.number(successor),
                  next.file(),
                  Ruling.supersedes(state.untampered(successor), next, old, today));
        });
  }

  private Known ruled(DecisionId id, String verb, DecisionStatus next, Actor by, Edit edit) {
    return changed(
        by,
        state -> {
          Decision decision = state.standing(id, next);
          return new Change(id, verb, decision.title())
              .file(Ids.number(id), decision.file(), edit.of(state.untampered(id)));
        });
  }

  /** Works the change out, commits it and follows it. */
  private Known changed(Actor by, Planned planned) {
    oneAtATime.lock();
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        follower.follow();
        State state = new State(repository.head().orElse(null), index.all(), repository);
        Change change = planned.on(state);
        if (change.isNone() || committed(state, change, by)) {
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

  private boolean committed(State state, Change change, Actor by) {
    return repository.commit(
        state.head(),
        change.filesWithIndex(state, by.value(), today()),
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
    Change on(State state);
  }

  /** What a change is worked out from. */
  private record State(
      @Nullable String head, Map<DecisionId, Known> known, GitRepository repository) {

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

    Known known(DecisionId id) {
      Known one = known.get(id);
      if (one == null) {
        throw Refusals.unknown(id);
      }
      return one;
    }

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

    Map<String, GitRepository.File> files() {
      return head == null ? Map.of() : repository.files(head);
    }
  }

  /** The files of one commit. */
  private static final class Change {
    private final DecisionId id;
    private final String verb;
    private final String title;
    private final Map<String, DecisionDocument> documents = new LinkedHashMap<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    Change(DecisionId id, String verb, String title) {
      this.id = id;
      this.verb = verb;
      this.title = title;
    }

    Change file(int number, String name, DecisionDocument document) {
      documents.put(name, document);
      numbers.put(name, number);
      return this;
    }

    DecisionId id() {
      return id;
    }

    boolean isNone() {
      return documents.isEmpty();
    }

    String message() {
      return title.startsWith(id.value())
          ? "%s %s".formatted(verb, title)
          : "%s %s: %s".formatted(verb, id, title);
    }

    Map<String, byte[]> filesWithIndex(State state, String author, LocalDate today) {
      Map<DecisionId, Decision> decisions = new TreeMap<>(Change::byNumber);
      state.known().forEach((known, one) -> decisions.put(known, one.decision()));
      Map<String, byte[]> files = new LinkedHashMap<>();
      documents.forEach(
          (name, document) -> {
            int number = numbers.getOrDefault(name, 0);
            decisions.put(Ids.id(number), Decision.of(number, name, document, author, today));
            files.put(name, document.bytes());
          });
      GitRepository.File page = state.files().get(IndexPage.FILE);
      byte[] before = page == null ? new byte[0] : state.repository().read(page);
      List<Decision> listed = new ArrayList<>(decisions.values());
      files.put(IndexPage.FILE, IndexPage.of(before, listed));
      return files;
    }

    private static int byNumber(DecisionId one, DecisionId other) {
      return Integer.compare(Ids.number(one), Ids.number(other));
    }
  }
}
