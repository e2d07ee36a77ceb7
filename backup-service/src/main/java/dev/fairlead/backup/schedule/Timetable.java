package dev.fairlead.backup.schedule;

import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;

/**
 * When one database is due: its schedule, a little later, so that not all databases of a server are
 * dumped in the same second.
 *
 * @param delay the same for a database at all times
 */
record Timetable(Schedule schedule, Duration delay) {

  /** A clock that was set back by more than this had been wrong before. */
  private static final Duration WRONG_CLOCK = Duration.ofHours(25);

  /**
   * @param spread databases are delayed by up to this much, each by its own share of it
   */
  static Timetable of(Schedule schedule, DatabaseId database, Duration spread) {
    long share = Math.floorMod(scattered(database), 10_000);
    return new Timetable(schedule, spread.multipliedBy(share).dividedBy(10_000));
  }

  /** FNV-1a: ids that differ in one letter are far apart, and the same everywhere and always. */
  private static int scattered(DatabaseId database) {
    int hash = 0x811c9dc5;
    for (char letter : database.value().toCharArray()) {
      hash = (hash ^ letter) * 0x01000193;
    }
    return hash ^ (hash >>> 16);
  }

  /**
   * Whether a run was due after {@code seen} and not later than {@code now}. However many were
   * missed meanwhile, one makes up for all; a clock that was set back makes none, unless it had
   * been so wrong that nothing would be due for days.
   */
  boolean isDue(Instant seen, Instant now) {
    if (seen.isAfter(now.plus(WRONG_CLOCK))) {
      return true;
    }
    return schedule
        .next(seen.minus(delay))
        .filter(due -> !due.plus(delay).isAfter(now))
        .isPresent();
  }
}
