package dev.fairlead.backup.restore;

import dev.fairlead.backup.archive.Manifest;
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
 */
public record RestoreOrder(
    RestoreId restore,
    Manifest manifest,
    DatabaseAccess access,
    @Nullable String newDatabase,
    String keptAs,
    @Nullable Long temporaryOid) {

  /** What PostgreSQL allows in a name, in bytes. */
  private static final int LONGEST_NAME = 63;

  String target() {
    return newDatabase == null ? access.name() : newDatabase;
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
