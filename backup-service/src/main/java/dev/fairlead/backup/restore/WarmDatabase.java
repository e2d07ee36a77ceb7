package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A restored copy that waits on the server. Nobody can connect to it, superusers included, so it is
 * what was restored until it takes the database's name; and a comment says of whom it is, so that
 * nobody mistakes it for a database in use.
 */
public record WarmDatabase(Connection maintenance, String name) {

  private static final Logger log = LoggerFactory.getLogger(WarmDatabase.class);
  private static final String MARK = "Fairlead: warm copy of backup ";
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final String UNTOUCHED =
      """
      select 1 from pg_database d
       where datname = ? and oid = ? and not datallowconn
         and shobj_description(oid, 'pg_database') = ?
         and not exists (select 1 from pg_stat_activity a
                          where a.datid = d.oid and a.usesysid is not null)
         and not exists (select 1 from pg_prepared_xacts p where p.database = d.datname)
      """;

  /** The server's own processes in it, such as autovacuum, have no user. */
  private static final String SESSIONS =
      """
      select count(*) filter (where application_name is distinct from ?), count(*)
        from pg_stat_activity where datname = ? and pid <> ? and usesysid is not null
      """;

  private static final String END_SESSIONS =
      """
      select pg_terminate_backend(pid) from pg_stat_activity
       where datname = ? and pid <> ? and usesysid is not null
      """;

  /**
   * Closes it to newcomers. Who came in before keeps his session, so it is a copy only if there was
   * nobody but us.
   *
   * @param session the name of our own sessions
   * @param reader of the one of them that stays, to see what the copy holds once it is closed
   * @throws BackupFailure when somebody else was in it
   */
  public void seal(BackupId backup, String session, int reader) throws SQLException {
    execute("alter database %s allow_connections false".formatted(quoted()));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (isOccupied(session, reader)) {
      if (System.nanoTime() > deadline) {
        throw occupied();
      }
      endSessions(reader);
    }
    execute("comment on database %s is %s".formatted(quoted(), Identifiers.literal(MARK + backup)));
  }

  private boolean isOccupied(String session, int reader) throws SQLException {
    try (PreparedStatement statement = maintenance.prepareStatement(SESSIONS)) {
      statement.setString(1, session);
      statement.setString(2, name);
      statement.setInt(3, reader);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getInt(1) > 0) {
          throw occupied();
        }
        return row.getInt(2) > 0;
      }
    }
  }

  private void endSessions(int reader) throws SQLException {
    try (PreparedStatement statement = maintenance.prepareStatement(END_SESSIONS)) {
      statement.setString(1, name);
      statement.setInt(2, reader);
      statement.executeQuery().close();
    }
  }

  private BackupFailure occupied() {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "somebody else had a session in the warm copy %s while it was made".formatted(name),
        "keep monitoring and others out of databases named …_warm_…; restores load the backup meanwhile");
  }

  /** Whether it is the one that was sealed, still is, and nobody is in it. */
  boolean isUntouched(BackupId backup, long oid) throws SQLException {
    try (PreparedStatement statement = maintenance.prepareStatement(UNTOUCHED)) {
      statement.setString(1, name);
      statement.setLong(2, oid);
      statement.setString(3, MARK + backup);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Whether it can be taken as it is. Earlier versions made copies without looking at the provider
   * of their locale.
   */
  boolean isUsable(WarmCopy copy, Manifest.Source source) throws SQLException {
    try {
      if (copy.oid() != null && isUntouched(copy.backup(), copy.oid())) {
        new LocaleCheck(name, source).require(maintenance);
        return true;
      }
      log.warn("backup={} warm={} next=load because it was touched", copy.backup(), name);
    } catch (BackupFailure e) {
      log.warn("backup={} warm={} next=load {}", copy.backup(), name, e.detail());
    }
    return false;
  }

  /** What makes a database like any other of it; undone when the transaction is. */
  List<String> unsealing() {
    return List.of(
        "alter database %s allow_connections true".formatted(quoted()),
        "comment on database %s is null".formatted(quoted()));
  }

  private String quoted() {
    return Identifiers.quoted(name);
  }

  private void execute(String sql) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql);
    }
  }
}
