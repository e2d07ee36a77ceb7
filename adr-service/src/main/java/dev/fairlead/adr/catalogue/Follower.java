package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.catalogue.Tampering.Kind;
import dev.fairlead.events.DecisionEvent;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventName;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings the index up to the branch, commit by commit, and tells what happened. It is the only way
 * into the index: after a crash between commit and index, and after a push from a clone, it goes on
 * where it stopped. An event's id follows from its commit, so telling it again is no news.
 */
@Component
class Follower {

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final GitRepository repository;
  private final Index index;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Follower(
      GitRepository repository,
      Index index,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.repository = repository;
    this.index = index;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Whether there was anything new. */
  boolean follow() {
    return Boolean.TRUE.equals(transaction.execute(_ -> followed()));
  }

  private boolean followed() {
    @Nullable String from = index.lockFollowed().orElse(null);
    Optional<String> head = repository.head();
    if (head.isEmpty() || head.get().equals(from)) {
      return false;
    }
    Map<DecisionId, Known> known = index.all();
    List<GitRepository.Commit> commits =
        repository
            .between(from, head.get())
            .orElseGet(() -> rewritten(Objects.requireNonNull(from), head.get()));
    Set<String> trusted = from == null ? trustedAtFirst(commits) : Set.of();
    for (GitRepository.Commit commit : commits) {
      take(known, commit, trusted.contains(commit.id()) || index.isOwn(commit.id()));
    }
    index.followed(head.get());
    LOG.info("decisions followed commits={} head={}", commits.size(), head.get());
    return true;
  }

  /**
   * Without an index nothing is known of whose commits these are. What was there before this
   * service came is taken as it is; from then on its own commits are known by their committer, and
   * the others are again from outside.
   */
  private static Set<String> trustedAtFirst(List<GitRepository.Commit> commits) {
    Set<String> trusted = new HashSet<>();
    boolean came = false;
    for (GitRepository.Commit commit : commits) {
      came |= commit.claimsToBeOurs();
      if (!came || commit.claimsToBeOurs()) {
        trusted.add(commit.id());
      }
    }
    return trusted;
  }

  /** History no longer holds what was followed: told about, and compared as a whole. */
  private List<GitRepository.Commit> rewritten(String from, String head) {
    GitRepository.Commit commit = repository.commit(head);
    index.note(
        new Tampering(
            Kind.HISTORY,
            null,
            null,
            head,
            commit.author(),
            "the branch no longer holds commit %s, which was followed".formatted(from)),
        clock.instant());
    LOG.warn("history rewritten followed={} head={} next=\"compared as a whole\"", from, head);
    return List.of(commit);
  }

  private void take(Map<DecisionId, Known> known, GitRepository.Commit commit, boolean trusted) {
    Step.Outcome outcome =
        Step.of(known, repository.files(commit.id()), commit, trusted, repository::read);
    outcome.healed().forEach(index::healed);
    outcome.changed().values().forEach(index::put);
    known.putAll(outcome.changed());
    for (Tampering tampering : outcome.tamperings()) {
      index.note(tampering, clock.instant());
      LOG.warn(
          "tampering seen kind={} decision={} commit={} author=\"{}\" detail=\"{}\"",
          tampering.kind(),
          tampering.decision(),
          tampering.commit(),
          tampering.author(),
          tampering.detail());
    }
    outcome.events().forEach(event -> outbox.append(told(event, commit)));
  }

  private static Envelope told(DecisionEvent event, GitRepository.Commit commit) {
    String name = event.getClass().getAnnotation(EventName.class).value();
    return new Envelope(
        "%s/%s/%s".formatted(commit.id(), event.decision(), name),
        commit.time(),
        "/fairlead/adr",
        event,
        event.decision().value(),
        null,
        null,
        null);
  }
}
