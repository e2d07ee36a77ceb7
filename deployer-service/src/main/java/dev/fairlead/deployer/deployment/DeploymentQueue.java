package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.QueueOrder;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DeploymentId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** One deployment at a time for each place, in the order of their requests; a rollback first. */
public final class DeploymentQueue {

  /** A rollback by hand waits for nothing that has not begun; a total order, or all would wait. */
  private static final Comparator<Deployment> ORDER =
      Comparator.comparing((Deployment one) -> !one.request().isRollback())
          .thenComparing(one -> one.request().requestedAt());

  private final Deployments deployments;
  private final Releases releases;
  private final DeploymentSchedule schedule;
  private final TransactionTemplate transaction;

  public DeploymentQueue(
      Deployments deployments,
      Releases releases,
      DeploymentSchedule schedule,
      TransactionTemplate transaction) {
    this.deployments = deployments;
    this.releases = releases;
    this.schedule = schedule;
    this.transaction = transaction;
  }

  /** One has ended, or waits for a person: those behind it look again. */
  void advance(Deployment gone) {
    if (gone.request().takesAway() && gone.state() instanceof DeploymentState.Succeeded) {
      endThoseBefore(gone);
    }
    deployments.unfinished(gone.place()).stream()
        .filter(other -> other.state() instanceof DeploymentState.Queued)
        .forEach(other -> schedule.wake(other.id()));
  }

  /** Whoever was asked for before the place was removed has nothing to begin at. */
  private void endThoseBefore(Deployment removal) {
    for (Deployment other : others(removal)) {
      removed(other)
          .ifPresent(
              fact -> {
                deployments.tell(other.id(), fact);
                schedule.wake(other.id());
              });
    }
  }

  /** That the place was removed since this one was asked for, if it was. */
  Optional<Fact> removed(Deployment waiting) {
    return releases
        .removedSince(waiting.place(), waiting.request().requestedAt())
        .map(Fact.PlaceRemoved::new);
  }

  /** Lets the deployment begin if it is its turn, or tells it how far that is. */
  Deployment takeTurn(Deployment waiting, long fence) {
    supersedeOlder(waiting);
    askForThePlace(waiting);
    Deployment told =
        transaction.execute(
            status -> {
              deployments.lock(waiting.place());
              return deployments.tell(waiting.id(), fence, turnOf(waiting));
            });
    if (joined(waiting) || !(told.state() instanceof DeploymentState.Queued)) {
      recountBehind(told);
    }
    return told;
  }

  private static boolean joined(Deployment waiting) {
    return waiting.state() instanceof DeploymentState.Queued queued && queued.position() == 0;
  }

  /** Those behind one that has joined the queue, or left it, have another position now. */
  private void recountBehind(Deployment moved) {
    others(moved).stream()
        .filter(other -> other.state() instanceof DeploymentState.Queued)
        .filter(other -> precedes(moved, other))
        .forEach(other -> schedule.wake(other.id()));
  }

  private void supersedeOlder(Deployment waiting) {
    superseded(waiting, others(waiting)).forEach(older -> supersede(older, waiting));
  }

  /** Which of those that wait are pointless because of this one. */
  static List<Deployment> superseded(Deployment waiting, List<Deployment> others) {
    return waiting.known().spec().queue() == QueueOrder.NEWEST && waiting.request().goesForward()
        ? ahead(waiting, others).stream()
            .filter(older -> older.state() instanceof DeploymentState.Queued)
            .filter(older -> older.request().goesForward())
            .toList()
        : List.of();
  }

  private void supersede(Deployment older, Deployment newer) {
    deployments.tell(older.id(), new Fact.Superseded(newer.id(), newer.request().version()));
    schedule.wake(older.id());
  }

  /**
   * One that only bakes makes way, as a rule. Before the place is locked: its end needs that lock,
   * too.
   */
  private void askForThePlace(Deployment waiting) {
    List<Deployment> others = others(waiting);
    if (ahead(waiting, others).isEmpty()) {
      active(others)
          .ifPresent(
              other -> {
                deployments.tell(
                    other.id(),
                    new Fact.SomebodyWaits(waiting.id(), waiting.request().isRollback()));
                schedule.wake(other.id());
              });
    }
  }

  private Fact turnOf(Deployment waiting) {
    List<Deployment> others = others(waiting);
    List<Deployment> ahead = ahead(waiting, others);
    return first(waiting, others)
        .<Fact>map(other -> new Fact.TurnIsFar(ahead.size() + 1, other.id()))
        .or(() -> removed(waiting))
        .orElseGet(() -> new Fact.TurnCame(serving(waiting)));
  }

  /** Whom it waits for: who changes the place, or else whose turn is next. */
  static Optional<Deployment> first(Deployment waiting, List<Deployment> others) {
    return active(others).or(() -> ahead(waiting, others).stream().findFirst());
  }

  private List<Deployment> others(Deployment waiting) {
    return deployments.unfinished(waiting.place()).stream()
        .filter(other -> !other.id().equals(waiting.id()))
        .toList();
  }

  private static Optional<Deployment> active(List<Deployment> others) {
    return others.stream().filter(other -> other.state().active()).findFirst();
  }

  /** Who comes first and waits, or has a plan in the making, which may take minutes. */
  static List<Deployment> ahead(Deployment waiting, List<Deployment> others) {
    return others.stream()
        .filter(
            other ->
                other.state() instanceof DeploymentState.Queued
                    || other.state() instanceof DeploymentState.Planning)
        .filter(other -> precedes(other, waiting))
        .sorted(ORDER)
        .toList();
  }

  private @Nullable DeploymentId serving(Deployment waiting) {
    return releases.wayBack(waiting.place()).map(Release::id).orElse(null);
  }

  private static boolean precedes(Deployment other, Deployment waiting) {
    return ORDER.compare(other, waiting) < 0;
  }
}
