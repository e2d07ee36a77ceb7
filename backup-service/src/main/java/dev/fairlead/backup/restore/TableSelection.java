package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Role;
import dev.fairlead.backup.restore.ChosenTables.Table;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of an archive {@code pg_restore} restores: all definitions, the rows of the chosen
 * tables, and no foreign keys, since the rows they point to are not there.
 */
final class TableSelection implements AutoCloseable {

  /**
   * Of {@code 3350; 0 16386 TABLE DATA billing orders owner}: the catalogue, which is 0 for data,
   * the oid, and the rest, whose names have no quotation marks whatever is in them.
   */
  private static final Pattern ENTRY = Pattern.compile("\\d+; (\\d+) \\d+ (.*)");

  private static final String ROWS = "TABLE DATA ";
  private static final String DATA = "0";

  /** Kinds of entries that need, or are, the rows of other tables. */
  private static final List<String> LEFT_OUT =
      List.of(
          "FK CONSTRAINT ",
          "BLOB",
          "SUBSCRIPTION ",
          "ACL - LARGE OBJECT",
          "COMMENT - LARGE OBJECT",
          "SECURITY LABEL - LARGE OBJECT");

  private static final String VIEW_ROWS = "MATERIALIZED VIEW DATA ";

  private final @Nullable Path file;

  private TableSelection(@Nullable Path file) {
    this.file = file;
  }

  static TableSelection everything() {
    return new TableSelection(null);
  }

  /**
   * @param contents what {@code pg_restore --list} printed
   * @throws BackupFailure when the archive does not have the rows of every chosen table once
   */
  static TableSelection of(ChosenTables chosen, Manifest manifest, String contents)
      throws IOException {
    String selected = selected(chosen, manifest, contents);
    Path file = Files.createTempFile("fairlead-restore-", ".list");
    Files.writeString(file, selected, StandardCharsets.UTF_8);
    return new TableSelection(file);
  }

  static String selected(ChosenTables chosen, Manifest manifest, String contents) {
    List<String> selected = new ArrayList<>();
    Set<Table> missing = new HashSet<>(chosen.tables());
    for (String line : contents.lines().toList()) {
      Matcher entry = ENTRY.matcher(line);
      if (!entry.matches() || isDefinition(entry.group(1), entry.group(2))) {
        selected.add(line);
      } else if (isOfRows(entry.group(1), entry.group(2))) {
        Table table = tableOf(entry.group(2).substring(ROWS.length()), manifest, chosen);
        if (table != null && chosen.tables().contains(table)) {
          require(missing.remove(table), table);
          selected.add(line);
        }
      }
    }
    missing.forEach(table -> require(false, table));
    return selected.stream().map(line -> line + '\n').collect(Collectors.joining());
  }

  private static boolean isOfRows(String catalogue, String rest) {
    return catalogue.equals(DATA) && rest.startsWith(ROWS);
  }

  private static boolean isDefinition(String catalogue, String rest) {
    boolean ofView = catalogue.equals(DATA) && rest.startsWith(VIEW_ROWS);
    return !isOfRows(catalogue, rest) && !ofView && LEFT_OUT.stream().noneMatch(rest::startsWith);
  }

  /**
   * Schema, name and owner, one blank between them, and blanks in all of them: the manifest knows
   * which tables and roles there are. Null for what it does not list, such as an extension's.
   */
  private static @Nullable Table tableOf(String names, Manifest manifest, ChosenTables chosen) {
    List<Table> possible =
        manifest.tables().stream()
            .map(content -> new Table(content.schema(), content.table()))
            .filter(table -> names.startsWith(onOneLine(table)))
            .filter(table -> isOwner(names.substring(onOneLine(table).length()), manifest))
            .toList();
    if (possible.size() > 1 && possible.stream().anyMatch(chosen.tables()::contains)) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "the archive does not tell whether the rows of '%s' are those of %s"
              .formatted(names, possible),
          "restore all of the backup into a new database (--into NAME)");
    }
    return possible.size() == 1 ? possible.getFirst() : null;
  }

  private static String onOneLine(Table table) {
    return onOneLine(table.schema()) + " " + onOneLine(table.name()) + " ";
  }

  private static String onOneLine(String name) {
    return name.replace('\n', ' ').replace('\r', ' ');
  }

  /** Older manifests do not list the roles; the server's own ones no manifest does. */
  private static boolean isOwner(String name, Manifest manifest) {
    List<Role> roles = manifest.source().properties().roles();
    return roles == null
        || name.startsWith("pg_")
        || roles.stream().anyMatch(role -> onOneLine(role.name()).equals(name));
  }

  private static void require(boolean once, Table table) {
    if (!once) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "the archive does not have the rows of table %s.%s once"
              .formatted(table.schema(), table.name()),
          "restore all of the backup into a new database (--into NAME)");
    }
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
