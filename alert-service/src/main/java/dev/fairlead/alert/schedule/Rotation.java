package dev.fairlead.alert.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * People who take turns. Handed over at the same time by the wall clock, also in a night in which
 * the clocks change: that turn is an hour shorter or longer.
 *
 * @param people in the order of their turns; the first has the first one
 * @param starts when the first turn begins; nobody is on call before
 * @param days of one turn, 1 to 365
 */
record Rotation(List<String> people, LocalDateTime starts, int days, Hours hours, ZoneId zone) {

  Rotation {
    people = List.copyOf(people);
  }

  Optional<String> onCall(Instant moment) {
    long turn = turn(moment);
    return turn < 0 || !hours.contain(moment, zone)
        ? Optional.empty()
        : Optional.of(people.get((int) (turn % people.size())));
  }

  /** The next moment at which somebody else may be on call, or nobody. */
  Instant edgeAfter(Instant moment) {
    Instant handover = handover(Math.max(-1, turn(moment)) + 1);
    return Stream.concat(Stream.of(handover), hours.edgesAfter(moment, zone))
        .min(Instant::compareTo)
        .orElse(handover);
  }

  /** Which turn it is, from 0; negative before the first. */
  private long turn(Instant moment) {
    LocalDate today = LocalDate.ofInstant(moment, zone);
    long turn = Math.floorDiv(ChronoUnit.DAYS.between(starts.toLocalDate(), today), days);
    while (handover(turn).isAfter(moment)) {
      turn--;
    }
    while (!handover(turn + 1).isAfter(moment)) {
      turn++;
    }
    return turn;
  }

  private Instant handover(long turn) {
    return WallClock.instant(starts.plusDays(turn * days), zone);
  }
}
