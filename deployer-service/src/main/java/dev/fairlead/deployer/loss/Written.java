package dev.fairlead.deployer.loss;

import dev.fairlead.events.DeploymentEvent.TableWrites;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was written to a database since a backup, migrations aside. Pure.
 *
 * @param since and {@code until}: the moments that were counted
 * @param tables those with the most writes first
 */
record Written(Instant since, Instant until, List<TableWrites> tables) {

  /**
   * @param marks what was counted before; with {@link Moment#BACKUP}
   * @param now what is counted now; left out of account when migrations were begun and not
   *     finished, since nobody is served then
   * @return empty when the server's statistics were reset meanwhile
   */
  static Optional<Written> of(Map<Moment, WriteCounts> marks, WriteCounts now) {
    WriteCounts backup = required(marks, Moment.BACKUP);
    WriteCounts migrating = marks.get(Moment.MIGRATING);
    WriteCounts migrated = marks.get(Moment.MIGRATED);
    Optional<List<TableWrites>> before = (migrating == null ? now : migrating).since(backup);
    Optional<List<TableWrites>> after =
        migrating == null || migrated == null ? Optional.of(List.of()) : now.since(migrated);
    return before.flatMap(
        first -> after.map(then -> new Written(backup.at(), now.at(), sum(first, then, now))));
  }

  long rows() {
    return tables.stream().mapToLong(WriteCounts::rows).sum();
  }

  private static WriteCounts required(Map<Moment, WriteCounts> marks, Moment moment) {
    return Optional.ofNullable(marks.get(moment)).orElseThrow();
  }

  private static List<TableWrites> sum(
      List<TableWrites> first, List<TableWrites> then, WriteCounts now) {
    Map<String, TableWrites> sums = new HashMap<>();
    first.forEach(writes -> sums.merge(writes.table(), writes, Written::plus));
    then.forEach(writes -> sums.merge(writes.table(), writes, Written::plus));
    return sums.values().stream()
        .sorted(
            Comparator.comparingLong(WriteCounts::rows)
                .reversed()
                .thenComparing(TableWrites::table))
        .toList();
  }

  private static TableWrites plus(TableWrites one, TableWrites other) {
    return new TableWrites(
        one.table(),
        one.inserted() + other.inserted(),
        one.updated() + other.updated(),
        one.deleted() + other.deleted());
  }
}
