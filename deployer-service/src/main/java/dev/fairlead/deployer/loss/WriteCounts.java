package dev.fairlead.deployer.loss;

import dev.fairlead.events.DeploymentEvent.TableWrites;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much was ever written to the tables of a database, as its server counts (PostgreSQL, "The
 * Cumulative Statistics System"). The server counts what was rolled back as well, and up to ten
 * seconds late: differences are good for "about".
 *
 * @param reset when the server began to count; absent when it does not say
 * @param tables by their object id, since a migration may give them other names
 */
record WriteCounts(Instant at, @Nullable Instant reset, Map<Long, TableWrites> tables) {

  WriteCounts {
    tables = Map.copyOf(tables);
  }

  /**
   * What was written between {@code earlier} and now, by tables that are still there.
   *
   * @return empty when the server has begun anew meanwhile, so that nobody knows
   */
  Optional<List<TableWrites>> since(WriteCounts earlier) {
    boolean began = reset != null && !reset.equals(earlier.reset());
    List<TableWrites> written =
        tables.entrySet().stream()
            .map(table -> less(table.getValue(), earlier.tables().get(table.getKey())))
            .filter(writes -> rows(writes) != 0)
            .toList();
    return began || written.stream().anyMatch(WriteCounts::fell)
        ? Optional.empty()
        : Optional.of(written);
  }

  static long rows(TableWrites writes) {
    return writes.inserted() + writes.updated() + writes.deleted();
  }

  private static TableWrites less(TableWrites now, @Nullable TableWrites before) {
    return before == null
        ? now
        : new TableWrites(
            now.table(),
            now.inserted() - before.inserted(),
            now.updated() - before.updated(),
            now.deleted() - before.deleted());
  }

  private static boolean fell(TableWrites difference) {
    return difference.inserted() < 0 || difference.updated() < 0 || difference.deleted() < 0;
  }
}
