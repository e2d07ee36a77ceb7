package dev.fairlead.backup.restore;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.RestoreId;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one restore.
 *
 * @param access of a role that may create and rename databases; names the database to replace
 * @param newDatabase the database to create; when absent the one of {@code access} is replaced
 * @param keptAs the name that a replaced database is to get
 * @param temporaryOid of the database that an earlier attempt filled, if it got so far
 * @param table {@code schema.table} whose rows alone are restored; all of them when absent
 * @param warm a copy of this backup that is already on the server
 */
public record RestoreOrder(
    RestoreId restore,
    Manifest manifest,
    DatabaseAccess access,
    @Nullable String newDatabase,
    String keptAs,
    @Nullable Long temporaryOid,
    @Nullable String table,
    @Nullable WarmCopy warm) {

  /** What PostgreSQL allows in a name, in bytes. */
  private static final int LONGEST_NAME = 63;

  /** Of a backup that has to be read from a store. */
  public RestoreOrder(
      RestoreId restore,
      Manifest manifest,
      DatabaseAccess access,
      @Nullable String newDatabase,
      String keptAs,
      @Nullable Long temporaryOid,
      @Nullable String table) {
    this(restore, manifest, access, newDatabase, keptAs, temporaryOid, table, null);
  }

  String target() {
    return newDatabase == null ? access.name() : newDatabase;
  }

  /** What the restored database must hold. Of what is no table, little comes with a single one. */
  DatabaseContent expected() {
    return table == null
        ? DatabaseContent.of(manifest)
        : new DatabaseContent(manifest.tables().stream().map(this::expected).toList(), null);
  }

  private TableContent expected(TableContent content) {
    return content.qualifiedName().equals(table)
        ? content
        : new TableContent(content.schema(), content.table(), 0, null);
  }

  /** The same for every attempt, so that what one left behind the next one finds. */
  String temporaryName() {
    String id = restore.toString();
    return named(target(), "_restoring_" + id.substring(id.length() - 12));
  }

  static String named(String database, String ending) {
    int room = LONGEST_NAME - ending.length();
    return (database.length() > room ? database.substring(0, room) : database) + ending;
  }
}
