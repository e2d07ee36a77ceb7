package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces a batch of instances at a time; gives to what is new before it takes from what is old.
 */
@JsonTypeName("rolling")
public record Rolling(Batch batch) implements Strategy {

  @Override
  public String name() {
    return "rolling";
  }

  @Override
  public List<Move> moves(int before, int after) {
    int size = batch.of(Range.between(0, after));
    List<Move> moves = new ArrayList<>();
    for (int started = 0; started < after; started += size) {
      int next = Math.min(started + size, after);
      int retired = next == after ? before : Math.min(next, before);
      Range retire = Range.between(Math.min(started, before), retired);
      moves.add(new Move.Start(Range.between(started, next)));
      moves.add(Move.Shift.evenly(next, retire.last() + 1));
      if (!retire.isEmpty()) {
        moves.add(new Move.Drain(retire));
        moves.add(new Move.Stop(retire));
      }
    }
    return List.copyOf(moves);
  }
}
