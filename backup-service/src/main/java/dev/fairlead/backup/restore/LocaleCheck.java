package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new database sorts and compares as the one that was backed up: what its server says of
 * it, not what it was asked for.
 */
record LocaleCheck(String name, Manifest.Source source) {

  private static final String FACTS =
      """
      select pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
             coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
             coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
             to_jsonb(d) ->> 'daticurules',
             current_setting('server_version_num')::int
        from pg_database d
       where d.datname = ?
      """;

  /** PostgreSQL 16 and later write ICU locales as language tags, whatever they are given. */
  private static final int WITH_LANGUAGE_TAGS = 160_000;

  /**
   * What a server says of a database.
   *
   * @param server its version, such as 170002
   */
  record Facts(
      String encoding,
      String collation,
      String characterType,
      String provider,
      @Nullable String locale,
      @Nullable String icuRules,
      int server) {}

  /**
   * What is wrong is the server or its libraries, not the backup.
   *
   * @throws BackupFailure when it does not
   */
  void require(Connection maintenance) throws SQLException {
    List<String> differences = differences(facts(maintenance));
    if (!differences.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.TOOL_MISMATCH,
          "database %s was made with %s".formatted(name, String.join(", ", differences)),
          "restore on a server of the version that was backed up, and report this; texts would be"
              + " sorted and compared in another way than before");
    }
  }

  private Facts facts(Connection maintenance) throws SQLException {
    try (PreparedStatement statement = maintenance.prepareStatement(FACTS)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Facts(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getInt(7));
      }
    }
  }

  List<String> differences(Facts found) {
    Manifest.Properties wanted = source.properties();
    List<String> differences = new ArrayList<>();
    compare(differences, "encoding", wanted.encoding(), found.encoding());
    compare(differences, "collation", wanted.collation(), found.collation());
    compare(differences, "character type", wanted.characterType(), found.characterType());
    compare(differences, "locale provider", CreationSql.providerOf(wanted), found.provider());
    if (isSpelledTheSame(found)) {
      compare(differences, "locale", wanted.locale(), found.locale());
    }
    if (isOfTheSameVersion(found)) {
      compare(differences, "ICU rules", wanted.icuRules(), found.icuRules());
    }
    return differences;
  }

  /** A database that pg_upgrade brought to PostgreSQL 16 or later keeps its older spelling. */
  private boolean isSpelledTheSame(Facts found) {
    return isOfTheSameVersion(found)
        && (found.server() < WITH_LANGUAGE_TAGS || !found.provider().equals(CreationSql.ICU));
  }

  private boolean isOfTheSameVersion(Facts found) {
    return found.server() / 10_000 == source.serverVersionNumber() / 10_000
        && found.server() >= CreationSql.WITH_PROVIDERS;
  }

  private static void compare(
      List<String> differences, String what, @Nullable String wanted, @Nullable String found) {
    if (!Objects.equals(wanted, found)) {
      differences.add("%s %s instead of %s".formatted(what, found, wanted));
    }
  }
}
