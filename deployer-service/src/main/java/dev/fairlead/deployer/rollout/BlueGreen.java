package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;

/** Starts all that is new beside all that is old, and moves the traffic in one swap. */
@JsonTypeName("blue-green")
public record BlueGreen() implements Strategy {

  @Override
  public String name() {
    return "blue-green";
  }

  @Override
  public List<Move> moves(int before, int after) {
    List<Move> moves = new ArrayList<>();
    moves.add(new Move.Start(Range.between(0, after)));
    moves.add(Move.Shift.evenly(after, before + 1));
    if (before > 0) {
      moves.add(new Move.Drain(Range.between(0, before)));
    }
    return List.copyOf(moves);
  }

  @Override
  public boolean keepsOldWarm() {
    return true;
  }
}
