package dev.fairlead.backup.restore;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.RestoreId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one restore.
 *
 * @param access of a role that may create and rename databases; names the database to replace
 * @param newDatabase the database to create; when absent the one of {@code access} is replaced
 * @param keptAs the name that a replaced database is to get
 * @param temporary the database that an earlier attempt filled, if it got so far
 * @param table {@code schema.table} whose rows alone are restored; all of them when absent
 * @param warm a copy of this backup that is already on the server
 */
public record RestoreOrder(
    RestoreId restore,
    Manifest manifest,
    DatabaseAccess access,
    @Nullable String newDatabase,
    String keptAs,
    @Nullable DatabaseIdentity temporary,
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
      @Nullable DatabaseIdentity temporary,
      @Nullable String table) {
    this(restore, manifest, access, newDatabase, keptAs, temporary, table, null);
  }

  String target() {
    return newDatabase == null ? access.name() : newDatabase;
  }

  /** The same after one more attempt has made a database to fill. */
  RestoreOrder withTemporary(DatabaseIdentity made) {
    return new RestoreOrder(restore, manifest, access, newDatabase, keptAs, made, table, warm);
  }

  /**
   * Whose rows alone are restored, if it is not all of them.
   *
   * @throws dev.fairlead.backup.BackupFailure when the backup has no such table
   */
  @Nullable ChosenTables chosen() {
    return table == null ? null : ChosenTables.of(table, manifest);
  }

  /** What the restored database must hold. Of what is no table, little comes with a single one. */
  DatabaseContent expected() {
    ChosenTables chosen = chosen();
    return chosen == null
        ? DatabaseContent.of(manifest)
        : new DatabaseContent(
            manifest.tables().stream()
                .map(content -> chosen.contains(content) ? content : emptied(content))
                .toList(),
            null);
  }

  /** Those that are restored, in all tables together. */
  public long rows() {
    return expected().rows();
  }

  private static TableContent emptied(TableContent content) {
    return new TableContent(content.schema(), content.table(), 0, null);
  }

  /** The same for every attempt, so that what one left behind the next one finds. */
  String temporaryName() {
    return named(target(), temporaryEnding(restore));
  }

  /** By which a database that a restore fills is known, whatever it was to become. */
  static String temporaryEnding(RestoreId restore) {
    String id = restore.toString();
    return "_restoring_" + id.substring(id.length() - 12);
  }

  /** PostgreSQL counts bytes, and cuts what is longer without a word. */
  static String named(String database, String ending) {
    int room = LONGEST_NAME - bytes(ending);
    String start = database;
    while (bytes(start) > room) {
      start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
    }
    return start + ending;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
