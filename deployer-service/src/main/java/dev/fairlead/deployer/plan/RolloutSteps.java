package dev.fairlead.deployer.plan;

import dev.fairlead.deployer.rollout.Move;
import dev.fairlead.deployer.rollout.Range;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.util.ArrayList;
import java.util.List;

/** The moves of a strategy as steps of a plan. */
final class RolloutSteps {

  private final int replicas;
  private int oldFrom = 1;

  /**
   * @param replicas wanted of the new release
   */
  RolloutSteps(int replicas) {
    this.replicas = replicas;
  }

  /** Steps that belong to one wave carry its number, unless there is only one. */
  List<Step> of(List<Move> moves) {
    boolean several = moves.stream().filter(RolloutSteps::gives).count() > 1;
    List<Step> steps = new ArrayList<>();
    int wave = 0;
    boolean open = false;
    for (Move move : moves) {
      boolean begins = move instanceof Move.Start || (gives(move) && !open);
      wave += begins ? 1 : 0;
      open = move instanceof Move.Start;
      add(steps, move, several ? "-" + wave : "");
    }
    return steps;
  }

  private static boolean gives(Move move) {
    return move instanceof Move.Shift shift && shift.newInstances() > 0;
  }

  private void add(List<Step> steps, Move move, String wave) {
    switch (move) {
      case Move.Start(Range range) -> {
        steps.add(
            step(
                "start" + wave,
                "start %s of %d".formatted(instances(range), replicas),
                new Work.Start(Side.NEW, range.first(), range.last())));
        steps.add(
            step(
                "healthy" + wave,
                "wait until healthy, and stable: %s".formatted(instances(range)),
                new Work.AwaitHealthy(Side.NEW, range.first(), range.last())));
      }
      case Move.Shift shift -> steps.add(shift(shift, wave));
      case Move.Watch(int percent, var window) ->
          steps.add(
              step(
                  "watch" + wave,
                  "compare old and new for %d s at %d %%".formatted(window.toSeconds(), percent),
                  new Work.WatchShare(percent, window)));
      case Move.Drain(Range old) ->
          steps.add(
              step(
                  "drain" + wave,
                  "let requests in flight end: old %s".formatted(instances(old)),
                  new Work.Drain(Side.OLD, old.first(), old.last())));
      case Move.Stop(Range old) -> steps.add(stopOld(Phase.ROLLOUT, old, wave));
      case Move.Hold() ->
          steps.add(
              step(
                  "hold",
                  "let requests wait at the router, %d s each at most"
                      .formatted(Work.LONGEST_HOLD.toSeconds()),
                  new Work.HoldTraffic()));
      case Move.Release() ->
          steps.add(step("release", "let the waiting requests go on", new Work.ReleaseTraffic()));
    }
  }

  private Step shift(Move.Shift shift, String wave) {
    Work work = new Work.ShiftTraffic(shift.newInstances(), shift.oldFrom(), shift.percent());
    Range taken = new Range(oldFrom, shift.oldFrom() - 1);
    oldFrom = shift.oldFrom();
    if (shift.newInstances() == 0) {
      return step("traffic-off", "take traffic from old %s".formatted(instances(taken)), work);
    }
    String given =
        "give %straffic to %s"
            .formatted(
                shift.percent() == null ? "" : shift.percent() + " % of the ",
                instances(new Range(1, shift.newInstances())));
    return step(
        "traffic" + wave,
        taken.size() > 0 ? "%s, take it from old %s".formatted(given, instances(taken)) : given,
        work);
  }

  static Step stopOld(Phase phase, Range old, String wave) {
    return new Step(
        phase,
        "stop-old" + wave,
        "stop old %s".formatted(instances(old)),
        new Work.Stop(Side.OLD, old.first(), old.last()));
  }

  private static String instances(Range range) {
    return range.size() == 1
        ? "instance %d".formatted(range.first())
        : "instances %d to %d".formatted(range.first(), range.last());
  }

  private static Step step(String name, String description, Work work) {
    return new Step(Phase.ROLLOUT, name, description, work);
  }
}
