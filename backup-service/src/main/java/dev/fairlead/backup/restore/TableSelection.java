package dev.fairlead.backup.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of an archive {@code pg_restore} restores: all definitions, the rows of one table,
 * and no foreign keys, since the rows they point to are not there.
 */
final class TableSelection implements AutoCloseable {

  private static final String ROWS = " TABLE DATA ";

  /** Kinds of entries that need, or are, the rows of other tables. */
  private static final List<String> LEFT_OUT =
      List.of(" FK CONSTRAINT ", " MATERIALIZED VIEW DATA ", " BLOB", " SUBSCRIPTION ");

  private final @Nullable Path file;

  private TableSelection(@Nullable Path file) {
    this.file = file;
  }

  static TableSelection everything() {
    return new TableSelection(null);
  }

  /**
   * @param table {@code schema.table}, as manifests write it
   * @param contents what {@code pg_restore --list} printed
   */
  static TableSelection of(String table, String contents) throws IOException {
    Path file = Files.createTempFile("fairlead-restore-", ".list");
    Files.writeString(file, selected(table, contents), StandardCharsets.UTF_8);
    return new TableSelection(file);
  }

  /** Entries look like {@code 3350; 0 16386 TABLE DATA billing orders owner}. */
  static String selected(String table, String contents) {
    String schemaAndName = table.replaceFirst("\\.", " ") + " ";
    StringBuilder selected = new StringBuilder();
    contents
        .lines()
        .filter(
            line ->
                line.contains(ROWS)
                    ? line.contains(ROWS + schemaAndName)
                    : LEFT_OUT.stream().noneMatch(line::contains))
        .forEach(line -> selected.append(line).append('\n'));
    return selected.toString();
  }

  List<String> options() {
    return file == null ? List.of() : List.of("--use-list=" + file);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
