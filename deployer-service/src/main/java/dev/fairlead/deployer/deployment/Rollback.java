package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What undoes a plan of which the first {@code begun} steps were begun. Defined for every such
 * number. Every step of it holds also where there is nothing to undo, so it need not know how far
 * exactly the last one came.
 *
 * @param scope absent when the traffic and the database were never touched
 */
record Rollback(@Nullable RollbackScope scope, List<Step> steps) {

  /**
   * @param lastChangedNothing whether the step begun last certainly had no effect
   */
  static Rollback of(Plan plan, int begun, boolean lastChangedNothing) {
    int effective = lastChangedNothing ? begun - 1 : begun;
    List<Step> done = plan.steps().subList(0, Math.max(0, effective));
    boolean started = done.stream().anyMatch(step -> step.work() instanceof Work.Start);
    List<DatabaseId> toRestore = toRestore(plan, done);
    if (!started && toRestore.isEmpty()) {
      return new Rollback(null, List.of());
    }
    List<Step> steps = new ArrayList<>();
    if (toRestore.isEmpty()) {
      bringBack(plan, steps);
      takeAway(plan, steps);
    } else {
      // while data is replaced, nobody may write into what is about to be replaced
      steps.add(undo("traffic-off", "take traffic from both", trafficTo(plan, 0)));
      takeAway(plan, steps);
      toRestore.forEach(
          database ->
              steps.add(
                  undo(
                      "restore-" + nameOf(database),
                      "restore %s to the backup of this deployment".formatted(database),
                      new Work.RestoreDatabase(database))));
      bringBack(plan, steps);
    }
    return new Rollback(
        toRestore.isEmpty() ? RollbackScope.CODE : RollbackScope.FULL, List.copyOf(steps));
  }

  /** Only databases that were migrated incompatibly, and of which this deployment has a backup. */
  private static List<DatabaseId> toRestore(Plan plan, List<Step> done) {
    return done.stream()
        .map(Step::work)
        .<DatabaseId>mapMulti(
            (work, next) -> {
              if (work instanceof Work.Migrate(DatabaseId database)) {
                next.accept(database);
              }
            })
        .filter(plan::changesIncompatibly)
        .filter(database -> done.stream().anyMatch(s -> s.work().equals(new Work.BackUp(database))))
        .toList();
  }

  private static void bringBack(Plan plan, List<Step> steps) {
    int old = plan.oldReplicas();
    if (old > 0) {
      steps.add(
          undo("start-old", "see that all old instances run", new Work.Start(Side.OLD, 1, old)));
      steps.add(
          undo(
              "old-healthy",
              "wait until they are healthy",
              new Work.AwaitHealthy(Side.OLD, 1, old)));
    }
    steps.add(undo("traffic-back", "give all traffic to the old release", trafficTo(plan, old)));
    if (old > 0) {
      steps.add(
          undo(
              "drain-new",
              "let the new instances finish their requests",
              new Work.Drain(Side.NEW, 1, plan.spec().replicas())));
    }
  }

  private static void takeAway(Plan plan, List<Step> steps) {
    steps.add(
        undo(
            "stop-new",
            "stop the new instances",
            new Work.Stop(Side.NEW, 1, plan.spec().replicas())));
  }

  private static Work trafficTo(Plan plan, int old) {
    return new Work.ShiftTraffic(0, old > 0 ? 1 : plan.oldReplicas() + 1);
  }

  private static String nameOf(DatabaseId database) {
    return database.value().substring(database.value().lastIndexOf('/') + 1);
  }

  private static Step undo(String name, String description, Work work) {
    return new Step(Phase.ROLLOUT, name, description, work);
  }
}
