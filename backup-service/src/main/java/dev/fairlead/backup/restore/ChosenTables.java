package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.archive.OtherContent.PartitionedTable;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of a backup whose rows alone are wanted: one, or all partitions of a partitioned one.
 *
 * @param tables that have rows of their own
 */
public record ChosenTables(Set<Table> tables) {

  private static final int TABLES_NAMED = 20;

  /** What {@code pg_get_expr(relpartbound)} begins with. */
  private static final Pattern BOUND = Pattern.compile(" (FOR VALUES .*|DEFAULT)", Pattern.DOTALL);

  /** By its names, which may have dots and blanks in them. */
  public record Table(String schema, String name) {

    /** As manifests and people write it. */
    private String plain() {
      return schema + "." + name;
    }

    /** As SQL writes it, where it could be taken for another. */
    private String quoted() {
      return Identifiers.quoted(schema) + "." + Identifiers.quoted(name);
    }

    private boolean isWritten(String text) {
      return text.equals(plain())
          || text.equals(quoted())
          || text.equals(schema + "." + Identifiers.quoted(name))
          || text.equals(Identifiers.quoted(schema) + "." + name);
    }
  }

  /**
   * @param text {@code schema.table}; each with quotation marks where a name has dots
   * @throws BackupFailure when the backup has no such table, or several
   */
  static ChosenTables of(String text, Manifest manifest) {
    List<Table> found =
        Stream.concat(withRows(manifest), partitioned(manifest).map(ChosenTables::table))
            .filter(table -> table.isWritten(text))
            .toList();
    if (found.size() != 1) {
      throw found.isEmpty() ? unknown(text, manifest) : ambiguous(text, manifest, found);
    }
    Set<Table> chosen = new HashSet<>();
    choose(found.getFirst(), manifest, chosen);
    return new ChosenTables(
        withRows(manifest).filter(chosen::contains).collect(Collectors.toUnmodifiableSet()));
  }

  boolean contains(TableContent content) {
    return tables.contains(new Table(content.schema(), content.table()));
  }

  private static Stream<Table> withRows(Manifest manifest) {
    return manifest.tables().stream().map(it -> new Table(it.schema(), it.table()));
  }

  private static Stream<PartitionedTable> partitioned(Manifest manifest) {
    OtherContent other = manifest.otherContent();
    return other == null ? Stream.empty() : other.partitionedTables().stream();
  }

  private static Table table(PartitionedTable partitioned) {
    return new Table(partitioned.schema(), partitioned.table());
  }

  private static void choose(Table table, Manifest manifest, Set<Table> chosen) {
    if (!chosen.add(table)) {
      return;
    }
    partitioned(manifest)
        .filter(it -> table(it).equals(table))
        .flatMap(it -> it.partitions().stream())
        .flatMap(partition -> partition(partition, manifest).stream())
        .forEach(partition -> choose(partition, manifest, chosen));
  }

  /** Of {@code public.y2026 FOR VALUES IN (2026)}; what is a name in it may have blanks. */
  private static Optional<Table> partition(String text, Manifest manifest) {
    return Stream.concat(withRows(manifest), partitioned(manifest).map(ChosenTables::table))
        .filter(table -> text.startsWith(table.plain()))
        .filter(table -> BOUND.matcher(text.substring(table.plain().length())).matches())
        .max(Comparator.comparing(table -> table.plain().length()));
  }

  private static BackupFailure unknown(String text, Manifest manifest) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "backup %s has no table %s".formatted(manifest.backup(), text),
        "choose one of: "
            + Stream.concat(withRows(manifest), partitioned(manifest).map(ChosenTables::table))
                .map(Table::plain)
                .limit(TABLES_NAMED)
                .collect(Collectors.joining(", ")));
  }

  private static BackupFailure ambiguous(String text, Manifest manifest, List<Table> found) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "backup %s has %d tables that are written %s"
            .formatted(manifest.backup(), found.size(), text),
        "write it with quotation marks, as one of: "
            + found.stream().map(Table::quoted).collect(Collectors.joining(", ")));
  }
}
