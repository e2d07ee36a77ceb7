package dev.fairlead.deployer.rollout;

import java.util.List;

/**
 * A swap during which requests wait at the router: what must not happen under traffic happens
 * between its two halves.
 *
 * @param before instances of the old release; with none there is nobody to keep waiting
 */
public record Standstill(int before, int after) {

  /** After this nobody serves, and nothing is in flight. */
  public List<Move> halt() {
    return before == 0
        ? List.of()
        : List.of(
            new Move.Hold(),
            Move.Shift.evenly(0, before + 1),
            new Move.Drain(Range.between(0, before)));
  }

  /** After this the new release serves, also those who waited. */
  public List<Move> resume() {
    Move start = new Move.Start(Range.between(0, after));
    Move shift = Move.Shift.evenly(after, before + 1);
    return before == 0 ? List.of(start, shift) : List.of(start, shift, new Move.Release());
  }
}
