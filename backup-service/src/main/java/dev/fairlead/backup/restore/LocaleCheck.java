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

  /**
   * @throws BackupFailure when it does not
   */
  void require(Connection maintenance) throws SQLException {
    Manifest.Properties wanted = source.properties();
    List<String> differences = new ArrayList<>();
    try (PreparedStatement statement = maintenance.prepareStatement(FACTS)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        compare(differences, "encoding", wanted.encoding(), row.getString(1));
        compare(differences, "collation", wanted.collation(), row.getString(2));
        compare(differences, "character type", wanted.characterType(), row.getString(3));
        String provider = CreationSql.providerOf(wanted);
        compare(differences, "locale provider", provider, row.getString(4));
        if (isSpelledTheSame(row.getInt(7))) {
          compare(differences, "locale", wanted.locale(), row.getString(5));
          compare(differences, "ICU rules", wanted.icuRules(), row.getString(6));
        }
      }
    }
    if (!differences.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "database %s was made with %s".formatted(name, String.join(", ", differences)),
          "report this; texts would be sorted and compared in another way than before");
    }
  }

  /** From PostgreSQL 16 on a server writes ICU locales as language tags, whatever it was given. */
  private boolean isSpelledTheSame(int server) {
    return server / 10_000 == source.serverVersionNumber() / 10_000
        && server >= CreationSql.WITH_PROVIDERS;
  }

  private static void compare(
      List<String> differences, String what, @Nullable String wanted, @Nullable String found) {
    if (!Objects.equals(wanted, found)) {
      differences.add("%s %s instead of %s".formatted(what, found, wanted));
    }
  }
}
