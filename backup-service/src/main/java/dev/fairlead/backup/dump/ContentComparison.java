package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.TableContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares what a snapshot held with what a restored database holds, table by table. */
public final class ContentComparison {

  private ContentComparison() {}

  /** In words, all tables that differ; empty when none does. Hashes count where both have one. */
  public static String difference(List<TableContent> expected, List<TableContent> found) {
    Map<String, TableContent> rest = new TreeMap<>();
    found.forEach(table -> rest.put(table.qualifiedName(), table));
    List<String> differences = new ArrayList<>();
    for (TableContent table : expected) {
      String difference = difference(table, rest.remove(table.qualifiedName()));
      if (!difference.isEmpty()) {
        differences.add(difference);
      }
    }
    rest.keySet().forEach(name -> differences.add(name + " is not in the backup"));
    return String.join(", ", differences);
  }

  private static String difference(TableContent expected, @Nullable TableContent found) {
    String name = expected.qualifiedName();
    if (found == null) {
      return name + " is missing";
    }
    if (expected.rows() != found.rows()) {
      return "%s has %d rows instead of %d".formatted(name, found.rows(), expected.rows());
    }
    return haveOtherHashes(expected.hash(), found.hash()) ? name + " has other contents" : "";
  }

  private static boolean haveOtherHashes(@Nullable String expected, @Nullable String found) {
    return expected != null && found != null && !expected.equals(found);
  }
}
