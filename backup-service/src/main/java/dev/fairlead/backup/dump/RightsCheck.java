package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether the role sees every row and every large object. Asked beforehand, because {@code pg_dump}
 * stops at the first table, comes to large objects only after all others, and a session that is
 * subject to row-level security may see fewer rows and call that success.
 */
final class RightsCheck {

  private static final String UNREADABLE =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'S')
         and not (has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT'))
      """
          + TableSurvey.DUMPED
          + " order by 1";

  private static final String FILTERED =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and c.relrowsecurity and row_security_active(c.oid)
      """
          + TableSurvey.DUMPED
          + " order by 1";

  /**
   * As the server itself decides it; {@code has_largeobject_privilege} came only with PostgreSQL
   * 18. Up to 18 {@code pg_read_all_data} says nothing of large objects. There may be millions of
   * them: rights that many have in common are judged once, and only the first are named.
   */
  private static final String UNREADABLE_OBJECTS =
      """
      with hidden as (
        select distinct lomowner, lomacl from pg_largeobject_metadata o
         where not exists (
               select from aclexplode(coalesce(o.lomacl, acldefault('L', o.lomowner))) acl
                where acl.privilege_type = 'SELECT'
                  and (acl.grantee = 0 or pg_has_role(acl.grantee, 'USAGE'))))
      select o.oid::text, count(*) over ()
        from pg_largeobject_metadata o
        join hidden h on h.lomowner = o.lomowner and h.lomacl is not distinct from o.lomacl
       where not current_setting('lo_compat_privileges')::boolean
         and not (select rolsuper from pg_roles where rolname = current_user)
         and not (current_setting('server_version_num')::int >= 190000
                  and exists (select from pg_roles r
                               where r.rolname = 'pg_read_all_data'
                                 and pg_has_role(r.oid, 'USAGE')))
       order by o.oid
       limit
      """
          + FirstFew.NAMED;

  private RightsCheck() {}

  /** What is not visible, and what makes it so. */
  private record Lack(String detail, String advice) {}

  /**
   * @throws BackupFailure naming at once what is not visible, and of many the first
   */
  static void require(DatabaseAccess access, Connection connection) throws SQLException {
    String role = Identifiers.quoted(access.username());
    List<Lack> lacks = new ArrayList<>();
    List<String> unreadable = names(connection, UNREADABLE);
    if (!unreadable.isEmpty()) {
      lacks.add(
          new Lack(
              "%s may not read %s".formatted(access, FirstFew.of(unreadable)),
              "GRANT pg_read_all_data TO %s".formatted(role)));
    }
    HiddenObjects objects = hiddenObjects(connection);
    if (objects.count() > 0) {
      lacks.add(new Lack("%s may not read %s".formatted(access, objects), objects.grantTo(role)));
    }
    List<String> filtered = names(connection, FILTERED);
    if (!filtered.isEmpty()) {
      lacks.add(
          new Lack(
              "row-level security hides rows from %s in %s"
                  .formatted(access, FirstFew.of(filtered)),
              "ALTER ROLE %s BYPASSRLS".formatted(role)));
    }
    if (!lacks.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          joined(lacks, Lack::detail),
          joined(lacks, Lack::advice));
    }
  }

  private static String joined(List<Lack> lacks, Function<Lack, String> part) {
    return lacks.stream().map(part).collect(Collectors.joining("; "));
  }

  /**
   * Large objects that cannot be read.
   *
   * @param first of them, {@value FirstFew#NAMED} at most
   */
  private record HiddenObjects(List<String> first, long count) {

    /** One statement; for many objects, one that psql makes into as many. */
    String grantTo(String role) {
      return count <= FirstFew.NAMED
          ? "GRANT SELECT ON LARGE OBJECT %s TO %s".formatted(String.join(", ", first), role)
          : "SELECT format('GRANT SELECT ON LARGE OBJECT %%s TO %s', oid) FROM pg_largeobject_metadata \\gexec"
              .formatted(role.replace("'", "''").replace("%", "%%"));
    }

    @Override
    public String toString() {
      return "the large object%s %s".formatted(count == 1 ? "" : "s", FirstFew.of(first, count));
    }
  }

  private static HiddenObjects hiddenObjects(Connection connection) throws SQLException {
    List<String> first = new ArrayList<>();
    long count = 0;
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(UNREADABLE_OBJECTS)) {
      while (row.next()) {
        first.add(row.getString(1));
        count = row.getLong(2);
      }
    }
    return new HiddenObjects(first, count);
  }

  private static List<String> names(Connection connection, String query) throws SQLException {
    List<String> names = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
