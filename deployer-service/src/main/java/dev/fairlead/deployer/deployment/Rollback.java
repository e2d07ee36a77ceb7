package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What undoes a plan of which the first {@code begun} steps were begun. Defined for every such
 * number. Every step of it holds also where there is nothing to undo, so it need not know how far
 * exactly the last one came.
 *
 * @param scope absent when neither traffic, nor instances, nor the database were touched
 */
record Rollback(@Nullable RollbackScope scope, List<Step> steps) {

  /**
   * @param lastChangedNothing whether the step begun last certainly had no effect
   */
  static Rollback of(Plan plan, int begun, boolean lastChangedNothing) {
    int effective = lastChangedNothing ? begun - 1 : begun;
    List<Work> done =
        plan.steps().subList(0, Math.max(0, effective)).stream().map(Step::work).toList();
    List<DatabaseId> toRestore = toRestore(plan, done);
    if (toRestore.isEmpty() && done.stream().noneMatch(Rollback::touches)) {
      return new Rollback(null, List.of());
    }
    boolean still = !toRestore.isEmpty() || any(done, Work.HoldTraffic.class::isInstance);
    boolean started = any(done, Work.Start.class::isInstance);
    Rollback.Way way = new Way(plan, started, new ArrayList<>());
    if (still) {
      way.atStandstill(toRestore);
    } else {
      way.underTraffic();
      plan.formerRouters().stream()
          .filter(router -> done.contains(new Work.TakeOffTraffic(router)))
          .forEach(way::trafficBackAt);
    }
    RollbackScope scope =
        toRestore.isEmpty()
            ? withoutDatabase(plan)
            : started ? RollbackScope.FULL : RollbackScope.DATABASE;
    return new Rollback(scope, List.copyOf(way.steps));
  }

  /** Of going from one release of a plan to the other, in either direction. */
  static RollbackScope withoutDatabase(Plan plan) {
    return plan.changesConfigurationOnly() ? RollbackScope.CONFIGURATION : RollbackScope.CODE;
  }

  List<DatabaseId> restored() {
    return restoredBy(steps);
  }

  static List<DatabaseId> restoredBy(List<Step> steps) {
    return steps.stream()
        .<DatabaseId>mapMulti(
            (step, next) -> {
              if (step.work() instanceof Work.RestoreDatabase(DatabaseId database)) {
                next.accept(database);
              }
            })
        .toList();
  }

  private static boolean touches(Work work) {
    return work instanceof Work.Start
        || work instanceof Work.HoldTraffic
        || work instanceof Work.TakeOffTraffic
        || work instanceof Work.ClearPlace;
  }

  private static boolean any(List<Work> done, Predicate<Work> kind) {
    return done.stream().anyMatch(kind);
  }

  /** Only databases that were migrated incompatibly, and of which this deployment has a backup. */
  private static List<DatabaseId> toRestore(Plan plan, List<Work> done) {
    return done.stream()
        .<DatabaseId>mapMulti(
            (work, next) -> {
              if (work instanceof Work.Migrate(DatabaseId database)) {
                next.accept(database);
              }
            })
        .filter(plan::changesIncompatibly)
        .filter(database -> done.contains(new Work.BackUp(database)))
        .toList();
  }

  /**
   * @param started whether instances of the new release may be there
   */
  private record Way(Plan plan, boolean started, List<Step> steps) {

    /** The old release takes over again before the new one goes. */
    void underTraffic() {
      startOld();
      trafficBack();
      drainNew();
      stopNew();
    }

    /**
     * Where two releases must not run at once, or data is replaced, into which nobody may write
     * meanwhile: requests wait until the old release is there again.
     */
    void atStandstill(List<DatabaseId> toRestore) {
      if (plan.oldReplicas() > 0) {
        add("hold", "let requests wait at the router", new Work.HoldTraffic());
      }
      add("traffic-off", "take traffic from both", trafficTo(0));
      drainNew();
      stopNew();
      toRestore.forEach(this::restore);
      startOld();
      trafficBack();
      if (plan.oldReplicas() > 0) {
        add("release", "let the waiting requests go on", new Work.ReleaseTraffic());
      }
    }

    private void restore(DatabaseId database) {
      add(
          "count-" + nameOf(database),
          "count what was written to %s since its backup".formatted(database),
          new Work.CountLoss(database));
      add(
          "restore-" + nameOf(database),
          "restore %s to the backup of this deployment".formatted(database),
          new Work.RestoreDatabase(database));
    }

    private void startOld() {
      int old = plan.oldReplicas();
      if (old > 0) {
        add("start-old", "see that all old instances run", new Work.Start(Side.OLD, 1, old));
        add("old-healthy", "wait until they are healthy", new Work.AwaitHealthy(Side.OLD, 1, old));
      }
    }

    private void trafficBack() {
      add("traffic-back", "give all traffic to the old release", trafficTo(plan.oldReplicas()));
    }

    private void trafficBackAt(RouterKind former) {
      if (plan.oldReplicas() > 0) {
        add(
            "traffic-back-" + former.word(),
            "give all traffic at %s to the old release, too".formatted(former.word()),
            new Work.GiveBackTraffic(former));
      }
    }

    private void drainNew() {
      if (started && plan.oldReplicas() > 0) {
        add(
            "drain-new",
            "let the new instances finish their requests",
            new Work.Drain(Side.NEW, 1, plan.spec().replicas()));
      }
    }

    private void stopNew() {
      if (started) {
        add(
            "stop-new",
            "stop the new instances",
            new Work.Stop(Side.NEW, 1, plan.spec().replicas()));
      }
    }

    /**
     * @param old how many old instances get traffic: all or none
     */
    private Work trafficTo(int old) {
      return new Work.ShiftTraffic(0, old > 0 ? 1 : plan.oldReplicas() + 1);
    }

    private void add(String name, String description, Work work) {
      steps.add(new Step(Phase.ROLLOUT, name, description, work));
    }
  }

  private static String nameOf(DatabaseId database) {
    return database.value().substring(database.value().lastIndexOf('/') + 1);
  }
}
