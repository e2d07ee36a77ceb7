package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.RoleSetting;
import dev.fairlead.backup.postgres.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a database gets when all else of it is there, since it could keep us from loading it: a role
 * that may only read in it, a limit of one connection, an owner who may not connect. And its
 * comment, in whose place a warm copy has one of ours until then.
 *
 * @param database the name it has until then
 */
record LastProperties(String database, Manifest.Properties properties) {

  private static final Logger log = LoggerFactory.getLogger(LastProperties.class);

  /**
   * Settings of roles in it. One that the server refuses is no reason to be without the database.
   *
   * @return what is not set, and why; without values, which may be secret
   * @throws SQLException when the server itself is lost
   */
  List<String> setForRoles(Connection maintenance) throws SQLException {
    List<RoleSetting> settings = properties.roleSettings();
    List<String> notSet = new ArrayList<>();
    for (RoleSetting setting : settings == null ? List.<RoleSetting>of() : settings) {
      set(maintenance, setting).ifPresent(notSet::add);
    }
    notSet.forEach(remark -> log.warn("database={} not-set {}", database, remark));
    return notSet;
  }

  /** Why not, if not. The server's own words may hold the value. */
  private Optional<String> set(Connection maintenance, RoleSetting setting) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql(setting));
      return Optional.empty();
    } catch (BackupFailure e) {
      return Optional.of("a setting of role %s: %s".formatted(setting.role(), e.detail()));
    } catch (SQLException e) {
      return Optional.of(SettingSql.refused(setting.setting(), "role " + setting.role(), e));
    }
  }

  private String sql(RoleSetting setting) {
    return "alter role %s in database %s %s"
        .formatted(
            Identifiers.quoted(setting.role()),
            Identifiers.quoted(database),
            SettingSql.assignment(setting.setting()));
  }

  /** For the moment in which it gets its name. */
  List<String> limiting() {
    List<String> statements = new ArrayList<>(new GrantSql(database, properties).ofOwner());
    Integer limit = properties.connectionLimit();
    if (limit != null) {
      statements.add(
          "alter database %s connection limit %d".formatted(Identifiers.quoted(database), limit));
    }
    return statements;
  }

  /**
   * For the same moment, if the server takes it: with another encoding it may not have all letters.
   */
  Optional<String> comment() {
    return Optional.ofNullable(properties.comment())
        .map(
            comment ->
                "comment on database %s is %s"
                    .formatted(Identifiers.quoted(database), Identifiers.literal(comment)));
  }
}
