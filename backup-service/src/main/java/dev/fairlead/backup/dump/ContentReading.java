package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.archive.OtherContent.Sequence;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot holds, read beside its dump. It is begun before the dump and ended after it,
 * since sequences are in no snapshot: what {@code pg_dump} writes of them is between the two.
 */
public final class ContentReading {

  private final DatabaseAccess access;
  private final Connection connection;
  private final @Nullable RowHash hash;
  private final Duration limit;
  private final List<Sequence> before;

  private ContentReading(
      DatabaseAccess access,
      Connection connection,
      @Nullable RowHash hash,
      Duration limit,
      List<Sequence> before) {
    this.access = access;
    this.connection = connection;
    this.hash = hash;
    this.limit = limit;
    this.before = before;
  }

  /**
   * @param hash all is only counted when it is absent
   * @param limit so long an answer is waited for, at most
   */
  static ContentReading begin(
      DatabaseAccess access, Connection connection, @Nullable RowHash hash, Duration limit)
      throws SQLException {
    List<Sequence> before = SequenceSurvey.read(connection);
    return new ContentReading(access, connection, hash, limit, before);
  }

  /** Counts and, if wanted, hashes: it can take as long as the dump. */
  DatabaseContent read() {
    try {
      PostgresConnections.waitFor(connection, limit);
      return DatabaseContent.read(connection, hash, before);
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  /**
   * @param read before
   * @return the same, with where the sequences are now that the dump has ended
   */
  DatabaseContent ended(DatabaseContent read) {
    OtherContent other = read.other();
    if (other == null) {
      return read;
    }
    try {
      return new DatabaseContent(
          read.tables(),
          new OtherContent(
              other.largeObjects(),
              SequenceSurvey.readAgain(connection, before),
              other.partitionedTables(),
              other.materializedViews()));
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }
}
