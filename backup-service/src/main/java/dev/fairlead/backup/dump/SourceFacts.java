package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.Grant;
import dev.fairlead.backup.archive.Manifest.Properties;
import dev.fairlead.backup.archive.Manifest.Role;
import dev.fairlead.backup.archive.Manifest.RoleSetting;
import dev.fairlead.backup.archive.Manifest.Source;
import dev.fairlead.backup.postgres.SystemIdentifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which database this is, as it says itself. */
final class SourceFacts {

  /** The locale columns came with PostgreSQL 15 and 16 and were renamed in 17: hence to_jsonb. */
  private static final String FACTS =
      """
      select d.oid, d.datname, pg_get_userbyid(d.datdba) as owner,
             pg_encoding_to_char(d.encoding) as encoding, d.datcollate, d.datctype,
             to_jsonb(d) ->> 'datlocprovider' as locale_provider,
             coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale,
             current_setting('server_version') as version,
             current_setting('server_version_num')::int as version_number,
             to_jsonb(d) ->> 'daticurules' as icu_rules,
             nullif(d.datacl is not null, false) as own_grants,
             nullif(greatest(d.datconnlimit, -1), -1) as connection_limit,
             clock_timestamp() as snapshot_at,
             case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                  else pg_current_wal_lsn() end::text as lsn
        from pg_database d
       where d.datname = current_database()
      """;

  private static final String GRANTS =
      """
      select case when acl.grantee = 0 then null else pg_get_userbyid(acl.grantee) end as role,
             acl.privilege_type, acl.is_grantable
        from pg_database d, aclexplode(d.datacl) acl
       where d.datname = current_database()
       order by 1 nulls first, 2
      """;

  private static final String SETTINGS =
      """
      select unnest(s.setconfig)
        from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
       where d.datname = current_database() and s.setrole = 0
      """;

  private static final String ROLE_SETTINGS =
      """
      select pg_get_userbyid(s.setrole), unnest(s.setconfig)
        from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
       where d.datname = current_database() and s.setrole <> 0
       order by 1, 2
      """;

  /** What the cluster's first superuser owns is recorded nowhere: hence the number 10. */
  private static final String ROLES =
      """
      select r.rolname, r.rolsuper
        from pg_roles r
       where r.rolname !~ '^pg_'
         and (r.oid = 10
              or r.oid in (select refobjid from pg_shdepend s join pg_database d on d.oid = s.dbid
                            where refclassid = 'pg_authid'::regclass
                              and d.datname = current_database())
              or r.oid in (select datdba from pg_database where datname = current_database())
              or r.oid in (select acl.grantee from pg_database d, aclexplode(d.datacl) acl
                            where d.datname = current_database()))
       order by 1
      """;

  private SourceFacts() {}

  static Source read(Connection connection, @Nullable String comment) throws SQLException {
    String systemIdentifier = SystemIdentifier.of(connection);
    List<Grant> grants = grants(connection);
    List<String> settings = settings(connection);
    List<Role> roles = roles(connection);
    List<RoleSetting> roleSettings = roleSettings(connection);
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(FACTS)) {
      row.next();
      return new Source(
          row.getString("datname"),
          row.getLong("oid"),
          systemIdentifier,
          row.getString("version"),
          row.getInt("version_number"),
          row.getObject("snapshot_at", OffsetDateTime.class).toInstant(),
          row.getString("lsn"),
          new Properties(
              row.getString("owner"),
              row.getString("encoding"),
              row.getString("datcollate"),
              row.getString("datctype"),
              row.getString("locale_provider"),
              row.getString("locale"),
              grants,
              settings,
              roles,
              row.getObject("connection_limit", Integer.class),
              roleSettings.isEmpty() ? null : roleSettings,
              row.getString("icu_rules"),
              row.getObject("own_grants", Boolean.class),
              comment));
    }
  }

  private static List<Grant> grants(Connection connection) throws SQLException {
    List<Grant> grants = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(GRANTS)) {
      while (row.next()) {
        grants.add(new Grant(row.getString(1), row.getString(2), row.getBoolean(3)));
      }
    }
    return grants;
  }

  private static List<Role> roles(Connection connection) throws SQLException {
    List<Role> roles = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ROLES)) {
      while (row.next()) {
        roles.add(new Role(row.getString(1), row.getBoolean(2)));
      }
    }
    return roles;
  }

  private static List<RoleSetting> roleSettings(Connection connection) throws SQLException {
    List<RoleSetting> settings = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ROLE_SETTINGS)) {
      while (row.next()) {
        settings.add(new RoleSetting(row.getString(1), row.getString(2)));
      }
    }
    return settings;
  }

  private static List<String> settings(Connection connection) throws SQLException {
    List<String> settings = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SETTINGS)) {
      while (row.next()) {
        settings.add(row.getString(1));
      }
    }
    return settings;
  }
}
