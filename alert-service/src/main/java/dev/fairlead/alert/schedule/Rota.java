package dev.fairlead.alert.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who of a team is on call, and when. Pure.
 *
 * @param team as manifests name it
 * @param rotations first the one to be asked first
 */
record Rota(String team, List<Rotation> rotations) {

  /** Nobody plans, or is told of, what comes later than that. */
  static final Duration HORIZON = Duration.ofDays(400);

  Rota {
    rotations = List.copyOf(rotations);
  }

  /**
   * Those on call, each once.
   *
   * @param substitutions of this team; of two in force for one person the later one in the list
   *     counts
   */
  List<String> onCall(Instant moment, List<Substitution> substitutions) {
    List<Substitution> inForce = substitutions.stream().filter(one -> one.inForce(moment)).toList();
    Optional<Substitution> forAll =
        inForce.stream().filter(one -> one.insteadOf() == null).reduce((_, later) -> later);
    return forAll
        .map(one -> List.of(one.person()))
        .orElseGet(
            () ->
                rotations.stream()
                    .flatMap(rotation -> rotation.onCall(moment).stream())
                    .map(person -> standIn(person, inForce))
                    .distinct()
                    .toList());
  }

  private static String standIn(String person, List<Substitution> inForce) {
    return inForce.stream()
        .filter(one -> person.equals(one.insteadOf()))
        .map(Substitution::person)
        .reduce((_, later) -> later)
        .orElse(person);
  }

  /** Who is on call at that moment, until when. */
  Shift shift(Instant moment, List<Substitution> substitutions) {
    List<String> now = onCall(moment, substitutions);
    Instant edge = edgeAfter(moment, substitutions);
    Instant end = moment.plus(HORIZON);
    while (edge.isBefore(end)) {
      if (!onCall(edge, substitutions).equals(now)) {
        return new Shift(now, moment, edge);
      }
      edge = edgeAfter(edge, substitutions);
    }
    return new Shift(now, moment, null);
  }

  /** Every shift from the one at {@code from} to the one at {@code until}. */
  List<Shift> shifts(Instant from, Instant until, List<Substitution> substitutions) {
    List<Shift> shifts = new ArrayList<>();
    Instant next = from;
    while (next != null && next.isBefore(until)) {
      Shift shift = shift(next, substitutions);
      shifts.add(shift);
      next = shift.until();
    }
    return shifts;
  }

  private Instant edgeAfter(Instant moment, List<Substitution> substitutions) {
    Stream<Instant> turns = rotations.stream().map(rotation -> rotation.edgeAfter(moment));
    Stream<Instant> stands =
        substitutions.stream()
            .flatMap(one -> Stream.of(one.from(), one.until()))
            .filter(edge -> edge.isAfter(moment));
    return Stream.concat(turns, stands).min(Instant::compareTo).orElse(moment.plus(HORIZON));
  }
}
