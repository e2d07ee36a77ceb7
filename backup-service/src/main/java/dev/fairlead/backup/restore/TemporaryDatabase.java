package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Grant;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that is filled before anybody sees it; with owner, locale and grants of the source.
 */
public final class TemporaryDatabase {

  private static final Logger log = LoggerFactory.getLogger(TemporaryDatabase.class);
  private static final String NO_SUCH_ROLE = "42704";
  private static final String NO_PRIVILEGE = "42501";
  private static final int FIRST_WITH_PROVIDERS = 150_000;

  /** Those a database can have. */
  private static final Set<String> PRIVILEGES =
      new TreeSet<>(Set.of("CONNECT", "CREATE", "TEMPORARY"));

  private final Connection maintenance;
  private final String name;
  private final List<String> notSet = new ArrayList<>();

  public TemporaryDatabase(Connection maintenance, String name) {
    this.maintenance = maintenance;
    this.name = name;
  }

  /** Whatever an earlier attempt left of it goes first. */
  public long createAfresh(Manifest.Source source) throws SQLException {
    drop();
    notSet.clear();
    Manifest.Properties properties = source.properties();
    try {
      execute(creation(source, properties));
      for (String setting : properties.settings()) {
        applySetting(setting);
      }
      applyGrants(properties);
    } catch (SQLException e) {
      throw explained(e, properties);
    }
    return oidOf(maintenance, name)
        .orElseThrow(() -> new IllegalStateException(name + " was created and is not there"));
  }

  private String creation(Manifest.Source source, Manifest.Properties properties) {
    String base =
        "create database %s owner %s template template0 encoding %s lc_collate %s lc_ctype %s"
            .formatted(
                Identifiers.quoted(name),
                Identifiers.quoted(properties.owner()),
                Identifiers.literal(properties.encoding()),
                Identifiers.literal(properties.collation()),
                Identifiers.literal(properties.characterType()));
    boolean icu = "i".equals(properties.localeProvider()) && properties.locale() != null;
    return icu && source.serverVersionNumber() >= FIRST_WITH_PROVIDERS
        ? base
            + " locale_provider icu icu_locale "
            + Identifiers.literal(String.valueOf(properties.locale()))
        : base;
  }

  /** One that this server does not know any more is no reason to be without the database. */
  private void applySetting(String setting) throws SQLException {
    String assignment = SettingSql.assignment(setting);
    try {
      execute("alter database %s %s".formatted(Identifiers.quoted(name), assignment));
    } catch (SQLException e) {
      String remark = SettingSql.refused(setting, "the database", e);
      log.warn("database={} not-set {}", name, remark);
      notSet.add(remark);
    }
  }

  /** Its settings that the server refused, and why. */
  List<String> notSet() {
    return List.copyOf(notSet);
  }

  private static String requirePrivilege(String privilege) {
    if (!PRIVILEGES.contains(privilege)) {
      throw SettingSql.notFromAServer("privilege", privilege, "one of " + PRIVILEGES);
    }
    return privilege;
  }

  /** No grants recorded means the defaults, with which it was created. */
  private void applyGrants(Manifest.Properties properties) throws SQLException {
    if (properties.grants().isEmpty()) {
      return;
    }
    execute("revoke all on database %s from public".formatted(Identifiers.quoted(name)));
    for (Grant grant : properties.grants()) {
      execute(
          "grant %s on database %s to %s%s"
              .formatted(
                  requirePrivilege(grant.privilege()),
                  Identifiers.quoted(name),
                  grant.role() == null ? "public" : Identifiers.quoted(grant.role()),
                  grant.grantable() ? " with grant option" : ""));
    }
  }

  private static RuntimeException explained(SQLException e, Manifest.Properties properties)
      throws SQLException {
    if (NO_SUCH_ROLE.equals(e.getSQLState())) {
      return new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "a role of the backup is missing on this server: " + e.getMessage(),
          "CREATE ROLE %s (and whom else the message names), then restore again"
              .formatted(Identifiers.quoted(properties.owner())),
          e);
    }
    if (NO_PRIVILEGE.equals(e.getSQLState())) {
      return new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "the role may not create databases here: " + e.getMessage(),
          "ALTER ROLE … CREATEDB, or name an administrator in fairlead.backup.restore-as",
          e);
    }
    throw e;
  }

  void drop() throws SQLException {
    execute("drop database if exists %s with (force)".formatted(Identifiers.quoted(name)));
  }

  private void execute(String sql) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql);
    }
  }

  static Optional<Long> oidOf(Connection maintenance, String database) throws SQLException {
    String query = "select oid from pg_database where datname = ?";
    try (PreparedStatement statement = maintenance.prepareStatement(query)) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
      }
    }
  }
}
