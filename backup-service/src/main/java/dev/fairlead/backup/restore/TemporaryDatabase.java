package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that is filled before anybody sees it; with owner, locale and grants of the source.
 */
public final class TemporaryDatabase {

  private static final Logger log = LoggerFactory.getLogger(TemporaryDatabase.class);
  private static final String NO_SUCH_ROLE = "42704";
  private static final String NO_PRIVILEGE = "42501";

  private final Connection maintenance;
  private final String name;
  private final List<String> notSet = new ArrayList<>();

  public TemporaryDatabase(Connection maintenance, String name) {
    this.maintenance = maintenance;
    this.name = name;
  }

  /**
   * Whatever an earlier attempt left of it goes first.
   *
   * @throws BackupFailure when it cannot be made, or not with the locale of the source
   */
  public DatabaseIdentity createAfresh(Manifest.Source source) throws SQLException {
    return createAfresh(source, made -> {});
  }

  /**
   * The same.
   *
   * @param created told as soon as it exists, before anything is done to it
   */
  DatabaseIdentity createAfresh(Manifest.Source source, Consumer<DatabaseIdentity> created)
      throws SQLException {
    drop();
    notSet.clear();
    Manifest.Properties properties = source.properties();
    try {
      execute(new CreationSql(name, properties, serverVersion()).statement());
      DatabaseIdentity made = identity();
      created.accept(made);
      new LocaleCheck(name, source).require(maintenance);
      for (String setting : properties.settings()) {
        applySetting(setting);
      }
      applyGrants(properties);
      return made;
    } catch (SQLException e) {
      throw explained(e, properties);
    }
  }

  private DatabaseIdentity identity() throws SQLException {
    return DatabaseIdentity.of(maintenance, name)
        .orElseThrow(() -> new IllegalStateException(name + " was created and is not there"));
  }

  private int serverVersion() throws SQLException {
    try (var statement = maintenance.createStatement();
        ResultSet row = statement.executeQuery("show server_version_num")) {
      row.next();
      return row.getInt(1);
    }
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
  public List<String> notSet() {
    return List.copyOf(notSet);
  }

  /** Its owner has all rights until the end: without them it could not be filled. */
  private void applyGrants(Manifest.Properties properties) throws SQLException {
    for (String statement : new GrantSql(name, properties).ofOthers()) {
      execute(statement);
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

  /** What stays is swept; only a server that is lost is told. */
  void dropQuietly() throws SQLException {
    try {
      drop();
    } catch (SQLException e) {
      if (PostgresFailures.isLoss(e)) {
        throw e;
      }
      log.warn("database={} next=swept-later {}", name, e.getMessage());
    }
  }

  private void execute(String sql) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql);
    }
  }
}
