package dev.fairlead.cli.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What follows when a member of the stack is found dead: it is started again, later each time, and
 * no more when it keeps dying. What systemd does with a service, with more patience: a disk that is
 * full, or a database that recovers, takes minutes.
 *
 * @param deaths of the last {@link #MEMORY}, oldest first
 * @param nextTry when it is started again; empty while it is believed to live
 * @param givenUp nobody starts it any more
 */
record Upkeep(List<Instant> deaths, Optional<Instant> nextTry, boolean givenUp) {

  static final Upkeep NEW = new Upkeep(List.of(), Optional.empty(), false);

  /** Of what is stopped on purpose. */
  static final Upkeep NONE = new Upkeep(List.of(), Optional.empty(), true);

  /** The death of a member that nobody starts again after. */
  static final int LAST_DEATH = 8;

  static final Duration MEMORY = Duration.ofMinutes(15);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** It is dead: seen for the first time, or again after a try to start it. */
  Upkeep died(Instant now) {
    List<Instant> remembered =
        Stream.concat(
                deaths.stream().filter(death -> death.isAfter(now.minus(MEMORY))), Stream.of(now))
            .toList();
    return remembered.size() >= LAST_DEATH
        ? new Upkeep(remembered, Optional.empty(), true)
        : new Upkeep(remembered, Optional.of(now.plus(pauseAfter(remembered.size()))), false);
  }

  /** Half a second, a second, two, … a minute. */
  private static Duration pauseAfter(int deaths) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << (deaths - 1));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  boolean isDue(Instant now) {
    return nextTry.isPresent() && !now.isBefore(nextTry.get());
  }

  /** It was started again, or that was tried: the next look tells. */
  Upkeep tried() {
    return new Upkeep(deaths, Optional.empty(), givenUp);
  }
}
