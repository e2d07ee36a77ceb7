package dev.fairlead.backup.restore;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.RoleSetting;
import dev.fairlead.backup.postgres.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a database gets when all else of it is there, since it could keep us from loading it: a role
 * that may only read in it, a limit of one connection.
 *
 * @param database the name it has until then
 */
record LastProperties(String database, Manifest.Properties properties) {

  private static final Logger log = LoggerFactory.getLogger(LastProperties.class);
  private static final String NO_PRIVILEGE = "42501";
  private static final String NO_SUCH_ROLE = "42704";

  /**
   * Settings of roles in it. What we may not set, or whose role is not there, is named in the log
   * and is no reason to be without the database.
   */
  void setForRoles(Connection maintenance) throws SQLException {
    List<RoleSetting> settings = properties.roleSettings();
    for (RoleSetting setting : settings == null ? List.<RoleSetting>of() : settings) {
      String sql = sql(setting);
      try (var statement = maintenance.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        if (!Set.of(NO_PRIVILEGE, NO_SUCH_ROLE).contains(String.valueOf(e.getSQLState()))) {
          throw e;
        }
        log.warn("database={} not-set={} because {}", database, sql, e.getMessage());
      }
    }
  }

  private String sql(RoleSetting setting) {
    return "alter role %s in database %s %s"
        .formatted(
            Identifiers.quoted(setting.role()),
            Identifiers.quoted(database),
            SettingSql.assignment(setting.setting()));
  }

  /** For the moment in which it gets its name; nothing where there is no limit. */
  List<String> limiting() {
    Integer limit = properties.connectionLimit();
    return limit == null
        ? List.of()
        : List.of(
            "alter database %s connection limit %d".formatted(Identifiers.quoted(database), limit));
  }
}
