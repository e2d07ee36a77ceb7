package dev.fairlead.backup.recovery;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param from a folder, or {@code s3://bucket/prefix}
 * @param into {@code postgresql://user@host:port/name}; no database is restored when absent
 * @param filesBelow where the files of the restore point are put; with neither this nor {@code
 *     into} the backups are only listed
 * @param backup the newest when absent
 * @param table {@code schema.table} whose rows alone are restored
 * @param key with a public key that must have signed the backup; unchecked when absent
 * @param statement whether only what a drill stated of the backup is printed
 * @param createRoles whether roles that the backup names and the server lacks are made
 */
record RecoveryOptions(
    String from,
    @Nullable DatabaseId database,
    @Nullable String into,
    @Nullable Path filesBelow,
    @Nullable BackupId backup,
    @Nullable String table,
    Path identity,
    @Nullable Path key,
    boolean statement,
    boolean createRoles,
    @Nullable Path postgresPrograms) {

  private static final String CREATE_ROLES = "--create-roles";
  private static final String STATEMENT = "--statement";
  private static final Set<String> WITH_VALUE =
      Set.of(
          "--from",
          "--database",
          "--into",
          "--files-below",
          "--backup",
          "--table",
          "--identity",
          "--key",
          "--postgres-programs");

  /**
   * @throws IllegalArgumentException naming what is wrong with the command line
   */
  static RecoveryOptions parse(List<String> line) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < line.size(); i++) {
      String name = line.get(i);
      if (name.equals(CREATE_ROLES) || name.equals(STATEMENT)) {
        values.put(name, "");
      } else if (WITH_VALUE.contains(name) && i + 1 < line.size()) {
        values.put(name, line.get(++i));
      } else {
        throw new IllegalArgumentException(
            "'%s' is not understood; expected %s with a value, %s and %s"
                .formatted(name, new TreeSet<>(WITH_VALUE), STATEMENT, CREATE_ROLES));
      }
    }
    String from = values.get("--from");
    if (from == null) {
      throw new IllegalArgumentException(
          "--from is missing; expected a folder or s3://bucket/prefix");
    }
    String database = values.get("--database");
    String backup = values.get("--backup");
    return new RecoveryOptions(
        from,
        database == null ? null : new DatabaseId(database),
        values.get("--into"),
        path(values.get("--files-below")),
        backup == null ? null : BackupId.of(backup),
        values.get("--table"),
        Path.of(values.getOrDefault("--identity", "age-identity.txt")),
        path(values.get("--key")),
        values.containsKey(STATEMENT),
        values.containsKey(CREATE_ROLES),
        path(values.get("--postgres-programs")));
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  /** Whether nothing is to be restored. */
  boolean onlyLists() {
    return into == null && filesBelow == null;
  }
}
