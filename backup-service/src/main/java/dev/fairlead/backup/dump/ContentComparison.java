package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.archive.OtherContent.LargeObjects;
import dev.fairlead.backup.archive.OtherContent.MaterializedView;
import dev.fairlead.backup.archive.OtherContent.PartitionedTable;
import dev.fairlead.backup.archive.OtherContent.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares what a snapshot held with what a restored database holds. */
public final class ContentComparison {

  private static final String OTHER_CONTENTS = "%s has other contents";

  private static final char BETWEEN = '\0';

  private final List<String> differences = new ArrayList<>();

  private ContentComparison() {}

  /**
   * In words, what differs; empty when nothing does. Of many differences only the first are named,
   * since what is said of them is told, signed and read again. Hashes count where both have one,
   * and what only one of the two was asked for does not.
   */
  public static String difference(DatabaseContent expected, DatabaseContent found) {
    ContentComparison comparison = new ContentComparison();
    comparison.each(
        expected.tables(),
        found.tables(),
        it -> key(it.schema(), it.table()),
        ContentComparison::difference);
    if (expected.other() != null && found.other() != null) {
      comparison.others(expected.other(), found.other());
    }
    return FirstFew.of(comparison.differences);
  }

  private void others(OtherContent expected, OtherContent found) {
    note(difference(expected.largeObjects(), found.largeObjects()));
    each(
        expected.sequences(),
        found.sequences(),
        it -> key(it.schema(), it.sequence()),
        ContentComparison::difference);
    each(
        expected.partitionedTables(),
        found.partitionedTables(),
        it -> key(it.schema(), it.table()),
        ContentComparison::difference);
    each(
        expected.materializedViews(),
        found.materializedViews(),
        it -> key(it.schema(), it.view()),
        ContentComparison::difference);
  }

  private <T> void each(
      List<T> expected,
      List<T> found,
      Function<T, String> key,
      BiFunction<T, T, String> difference) {
    Map<String, T> rest = new TreeMap<>();
    found.forEach(it -> rest.put(key.apply(it), it));
    for (T it : expected) {
      @Nullable T other = rest.remove(key.apply(it));
      note(other == null ? name(key.apply(it)) + " is missing" : difference.apply(it, other));
    }
    rest.keySet().forEach(it -> note(name(it) + " is not in the backup"));
  }

  /** Names may have dots in them, and have no zero byte. */
  private static String key(String schema, String name) {
    return schema + BETWEEN + name;
  }

  private static String name(String key) {
    return key.replace(BETWEEN, '.');
  }

  private void note(String difference) {
    if (!difference.isEmpty()) {
      differences.add(difference);
    }
  }

  private static String difference(TableContent expected, TableContent found) {
    String name = expected.qualifiedName();
    if (expected.rows() != found.rows()) {
      return "%s has %d rows instead of %d".formatted(name, found.rows(), expected.rows());
    }
    return haveOtherHashes(expected.hash(), found.hash()) ? OTHER_CONTENTS.formatted(name) : "";
  }

  private static String difference(LargeObjects expected, LargeObjects found) {
    String name = "pg_largeobject";
    if (expected.count() != found.count()) {
      return "%s has %d objects instead of %d".formatted(name, found.count(), expected.count());
    }
    return haveOtherHashes(expected.hash(), found.hash()) ? OTHER_CONTENTS.formatted(name) : "";
  }

  private static String difference(Sequence expected, Sequence found) {
    if (expected.allows(found.before())) {
      return "";
    }
    String range =
        expected.before().equals(expected.after())
            ? expected.before().toString()
            : "%s to %s".formatted(expected.before(), expected.after());
    return "%s is at %s instead of %s".formatted(expected.qualifiedName(), found.before(), range);
  }

  private static String difference(PartitionedTable expected, PartitionedTable found) {
    return expected.equals(found)
        ? ""
        : "%s has the partitions %s instead of %s"
            .formatted(expected.qualifiedName(), found.partitions(), expected.partitions());
  }

  private static String difference(MaterializedView expected, MaterializedView found) {
    if (expected.equals(found)) {
      return "";
    }
    return "%s is %s".formatted(expected.qualifiedName(), found.populated() ? "filled" : "empty");
  }

  private static boolean haveOtherHashes(@Nullable String expected, @Nullable String found) {
    return expected != null && found != null && !expected.equals(found);
  }
}
