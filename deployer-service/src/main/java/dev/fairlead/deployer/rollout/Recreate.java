package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops all that is old before anything new starts, for an application of which two releases must
 * not run at the same time. Requests wait at the router meanwhile.
 */
@JsonTypeName("recreate")
public record Recreate() implements Strategy {

  @Override
  public String name() {
    return "recreate";
  }

  @Override
  public List<Move> moves(int before, int after) {
    Standstill standstill = new Standstill(before, after);
    List<Move> moves = new ArrayList<>(standstill.halt());
    if (before > 0) {
      moves.add(new Move.Stop(Range.between(0, before)));
    }
    moves.addAll(standstill.resume());
    return List.copyOf(moves);
  }

  @Override
  public boolean exclusive() {
    return true;
  }
}
