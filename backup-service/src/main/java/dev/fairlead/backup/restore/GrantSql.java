package dev.fairlead.backup.restore;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Grant;
import dev.fairlead.backup.postgres.Identifiers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Gives a new database the rights that the source had, and takes away those that every new one has.
 * Nothing happens where the source had just these.
 *
 * @param database its name
 */
record GrantSql(String database, Manifest.Properties properties) {

  /** Those a database can have. */
  private static final Set<String> PRIVILEGES =
      new TreeSet<>(Set.of("CONNECT", "CREATE", "TEMPORARY"));

  /** Of everybody but the owner. */
  List<String> ofOthers() {
    return properties.hasOwnGrants()
        ? statements("public", grants().filter(grant -> !isOwners(grant)))
        : List.of();
  }

  /** Who then has no more than the source's had: it could be that he may not even connect. */
  List<String> ofOwner() {
    return properties.hasOwnGrants()
        ? statements(Identifiers.quoted(properties.owner()), grants().filter(this::isOwners))
        : List.of();
  }

  private Stream<Grant> grants() {
    return properties.grants().stream();
  }

  private boolean isOwners(Grant grant) {
    return properties.owner().equals(grant.role());
  }

  private List<String> statements(String revokedFrom, Stream<Grant> grants) {
    String name = Identifiers.quoted(database);
    return Stream.concat(
            Stream.of("revoke all on database %s from %s".formatted(name, revokedFrom)),
            grants.map(this::statement))
        .toList();
  }

  private String statement(Grant grant) {
    return "grant %s on database %s to %s%s"
        .formatted(
            requirePrivilege(grant.privilege()),
            Identifiers.quoted(database),
            grant.role() == null ? "public" : Identifiers.quoted(grant.role()),
            grant.grantable() ? " with grant option" : "");
  }

  private static String requirePrivilege(String privilege) {
    if (!PRIVILEGES.contains(privilege)) {
      throw SettingSql.notFromAServer("privilege", privilege, "one of " + PRIVILEGES);
    }
    return privilege;
  }
}
