package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.archive.OtherContent.Sequence;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a database holds, as far as a restore must bring it back.
 *
 * @param other absent where a manifest does not say it, or it is not asked for
 */
public record DatabaseContent(List<TableContent> tables, @Nullable OtherContent other) {

  /** What a backup must bring back. */
  public static DatabaseContent of(Manifest manifest) {
    return new DatabaseContent(manifest.tables(), manifest.otherContent());
  }

  /**
   * Of the database behind the connection, now; its session settings are changed.
   *
   * @param hash all is only counted when it is absent
   */
  public static DatabaseContent survey(Connection connection, @Nullable RowHash hash)
      throws SQLException {
    TableSurvey.makeTextsComparable(connection);
    return read(connection, hash, SequenceSurvey.read(connection));
  }

  static DatabaseContent read(
      Connection connection, @Nullable RowHash hash, List<Sequence> sequences) throws SQLException {
    return new DatabaseContent(
        TableSurvey.contents(connection, hash), OtherSurvey.read(connection, hash, sequences));
  }

  /** In all tables together. */
  public long rows() {
    return tables.stream().mapToLong(TableContent::rows).sum();
  }

  /** The way in which it was hashed; empty when it was only counted. */
  public Optional<RowHash> hashedBy() {
    return RowHash.of(tables)
        .or(() -> Optional.ofNullable(other).map(it -> it.largeObjects().hash()).map(RowHash::of));
  }
}
