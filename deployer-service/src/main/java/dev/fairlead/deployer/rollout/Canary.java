package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the new release to a growing share of the visitors, and compares it with the old one at
 * each of them. All old instances stay until the last share has proved itself.
 *
 * @param steps the shares, growing; at least one
 * @param cookie keeps a visitor with the release they met first; absent when they may change
 */
@JsonTypeName("canary")
public record Canary(List<Step> steps, @Nullable String cookie) implements Strategy {

  public Canary {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a canary needs at least one step");
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).percent() <= steps.get(i - 1).percent()) {
        throw new IllegalArgumentException(
            "the weight %d%% follows %d%%; expected weights that grow"
                .formatted(steps.get(i).percent(), steps.get(i - 1).percent()));
      }
    }
  }

  /**
   * @param percent of the traffic, 1 to 99
   * @param bake how long old and new are compared at this share
   */
  public record Step(int percent, Duration bake) {

    public Step {
      if (percent < 1 || percent > 99) {
        throw new IllegalArgumentException(
            "weight is %d%%; expected 1%% to 99%%".formatted(percent));
      }
    }
  }

  @Override
  public String name() {
    return "canary";
  }

  @Override
  public List<Move> moves(int before, int after) {
    List<Move> moves = new ArrayList<>();
    int started = 0;
    if (before > 0) {
      for (Step step : steps) {
        int enough = Math.ceilDiv(step.percent() * after, 100);
        start(moves, started, enough);
        started = enough;
        moves.add(new Move.Shift(enough, 1, step.percent()));
        moves.add(new Move.Watch(step.percent(), step.bake()));
      }
    }
    start(moves, started, after);
    moves.add(Move.Shift.evenly(after, before + 1));
    if (before > 0) {
      moves.add(new Move.Drain(Range.between(0, before)));
    }
    return List.copyOf(moves);
  }

  private static void start(List<Move> moves, int from, int to) {
    if (to > from) {
      moves.add(new Move.Start(Range.between(from, to)));
    }
  }

  @Override
  public boolean keepsOldWarm() {
    return true;
  }

  @Override
  public Duration watching() {
    return steps.stream()
        .map(Step::bake)
        .reduce(Duration.ZERO, Duration::plus)
        .multipliedBy(Looks.MOST_WINDOWS);
  }
}
