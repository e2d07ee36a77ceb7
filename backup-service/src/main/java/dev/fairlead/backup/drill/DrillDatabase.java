package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Grant;
import dev.fairlead.backup.archive.Manifest.Properties;
import dev.fairlead.backup.archive.Manifest.Role;
import dev.fairlead.backup.archive.Manifest.Source;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.restore.TemporaryDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of a throwaway cluster that a backup is restored into, with the roles it names. */
final class DrillDatabase {

  static final String NAME = "drilled";

  private static final Logger log = LoggerFactory.getLogger(DrillDatabase.class);
  private static final String DUPLICATE_ROLE = "42710";

  /** What CREATE DATABASE says of a locale that the machine does not have. */
  private static final List<String> NO_SUCH_LOCALE = List.of("42809", "22023");

  private final Connection maintenance;
  private final Manifest manifest;

  DrillDatabase(Connection maintenance, Manifest manifest) {
    this.maintenance = maintenance;
    this.manifest = manifest;
  }

  /** Owners and grants come along wherever the manifest says which roles they need. */
  List<String> restoreOptions() {
    return manifest.source().properties().roles() == null
        ? List.of("--no-owner", "--no-acl")
        : List.of();
  }

  void createAfresh() throws SQLException {
    Properties properties = manifest.source().properties();
    for (Role role : roles(properties)) {
      create(role);
    }
    TemporaryDatabase database = new TemporaryDatabase(maintenance, NAME);
    try {
      database.createAfresh(manifest.source());
    } catch (SQLException e) {
      if (!NO_SUCH_LOCALE.contains(Objects.requireNonNullElse(e.getSQLState(), ""))) {
        throw e;
      }
      log.info("backup={} next=drill-with-locale-C because {}", manifest.backup(), e.getMessage());
      database.createAfresh(withLocaleC(manifest.source()));
    }
  }

  private static List<Role> roles(Properties properties) {
    return Objects.requireNonNullElseGet(properties.roles(), () -> rolesOfOldManifest(properties));
  }

  private static List<Role> rolesOfOldManifest(Properties properties) {
    return Stream.concat(
            Stream.of(properties.owner()), properties.grants().stream().map(Grant::role))
        .filter(Objects::nonNull)
        .distinct()
        .map(name -> new Role(name, false))
        .toList();
  }

  /** Nobody can log in as one. Only who was a superuser may own what needs one. */
  private void create(Role role) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(
          "create role %s nologin %s"
              .formatted(Identifiers.quoted(role.name()), role.superuser() ? "superuser" : ""));
    } catch (SQLException e) {
      if (!DUPLICATE_ROLE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  /** The order of texts differs then, their rows do not. */
  private static Source withLocaleC(Source source) {
    Properties given = source.properties();
    Properties plain =
        new Properties(
            given.owner(),
            given.encoding(),
            "C",
            "C",
            null,
            null,
            given.grants(),
            given.settings(),
            given.roles(),
            given.connectionLimit(),
            given.roleSettings(),
            null,
            given.ownGrants(),
            given.comment());
    return new Source(
        source.name(),
        source.oid(),
        source.systemIdentifier(),
        source.serverVersion(),
        source.serverVersionNumber(),
        source.snapshotAt(),
        source.lsn(),
        plain);
  }
}
