package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One moment of a database, held open. Whatever reads in it, {@code pg_dump} included, sees exactly
 * the same rows, however much is written meanwhile.
 */
public final class Snapshot implements AutoCloseable {

  private static final Executor SAME_THREAD = Runnable::run;

  /** Of a server that is asked for no rows. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  /** Until a server knows that nobody waits for its answer any more. */
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(1);

  /** No such table or sequence, no such schema, deadlock: "PostgreSQL Error Codes". */
  private static final List<String> CHANGED = List.of("42P01", "3F000", "40P01");

  private final DatabaseAccess access;
  private final Connection connection;
  private final String id;
  private final Manifest.Source source;
  private final @Nullable String note;
  private final Duration limit;

  private Snapshot(
      DatabaseAccess access,
      Connection connection,
      String id,
      Manifest.Source source,
      @Nullable String note,
      Duration limit) {
    this.access = access;
    this.connection = connection;
    this.id = id;
    this.source = source;
    this.note = note;
    this.limit = limit;
  }

  /**
   * @param purpose the name of the session in {@code pg_stat_activity}
   * @param limit so long an answer is waited for, at most
   */
  public static Snapshot take(DatabaseAccess access, String purpose, Duration limit) {
    Duration silence = limit.compareTo(SILENCE) < 0 ? limit : SILENCE;
    Connection connection = PostgresConnections.open(access, purpose, silence);
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      TableSurvey.makeTextsComparable(connection);
      useOneCore(connection);
      String id = exported(connection);
      DatabaseComment comment = DatabaseComment.read(connection);
      Manifest.Source source = SourceFacts.read(connection, comment.text());
      return new Snapshot(access, connection, id, source, comment.note(), limit);
    } catch (SQLException e) {
      abort(connection);
      throw PostgresFailures.classify(access, e);
    }
  }

  /** As pg_dump does, which is slower all the same: the rest is for those whose server it is. */
  private static void useOneCore(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set max_parallel_workers_per_gather = 0");
    }
  }

  private static String exported(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select pg_export_snapshot()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** The name under which {@code pg_dump --snapshot} joins it, while it is open. */
  public String id() {
    return id;
  }

  public Manifest.Source source() {
    return source;
  }

  /** On the server's disk, indexes included. */
  public long databaseBytes() {
    return number("select pg_database_size(current_database())");
  }

  /** About as much as a dump will have: the tables on the server's disk, without their indexes. */
  public long tableBytes() {
    return number(
        "select coalesce(sum(pg_table_size(oid)), 0)::bigint from pg_class where relkind in ('r', 'm')"
            + " and relnamespace <> 'pg_catalog'::regnamespace");
  }

  /** The answer of a query that has one. */
  long number(String query) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  /**
   * @throws BackupFailure naming what the role cannot read in full
   */
  public void requireRights() {
    try {
      RightsCheck.require(access, connection);
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  /** What a backup of it will leave out. */
  public List<String> leftOut() {
    try {
      return Stream.concat(Stream.ofNullable(note), LeftOut.subscriptions(connection).stream())
          .toList();
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  /**
   * To be begun before a dump is. From now on nobody can drop or rewrite a table of it: so somebody
   * has to watch already who waits for one.
   *
   * @param hashed whether to hash every row as well, which reads all of the database once more
   * @throws BackupFailure worth another try when the tables are not any more what it sees
   */
  public ContentReading beginReading(boolean hashed) {
    try {
      TableLocks.take(access, connection);
      RowHash way = RowHash.forServer(source.serverVersionNumber());
      return ContentReading.begin(access, connection, hashed ? way : null, limit);
    } catch (SQLException e) {
      throw CHANGED.contains(e.getSQLState()) ? changed(e) : PostgresFailures.classify(access, e);
    }
  }

  private BackupFailure changed(SQLException e) {
    return BackupFailure.lockedOut(
        "%s was changed just after the snapshot was taken: %s".formatted(access, e.getMessage()),
        e);
  }

  /**
   * Ends it while a query of it may run in another thread. The server would finish that query
   * first, and keep all tables locked until then, unless it is told.
   */
  void abandon() {
    Thread telling = Thread.startVirtualThread(this::cancelQuery);
    try {
      telling.join(CANCEL_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private void cancelQuery() {
    try {
      connection.unwrap(PGConnection.class).cancelQuery();
    } catch (SQLException _) {
      // a server that does not answer holds the locks of whoever is gone as long as it likes
    }
  }

  /** Ends the snapshot at once. */
  @Override
  public void close() {
    abort(connection);
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(SAME_THREAD);
    } catch (SQLException _) {
      // it is gone all the same
    }
  }
}
