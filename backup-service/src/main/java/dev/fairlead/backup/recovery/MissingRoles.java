package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Role;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles that a backup names and a server does not have: without them nobody owns anything. */
final class MissingRoles {

  private static final String SESSION = "fairlead-backup recovery";

  private final DatabaseAccess maintenance;
  private final List<Role> missing;
  private final List<String> created = new ArrayList<>();

  private MissingRoles(DatabaseAccess maintenance, List<Role> missing) {
    this.maintenance = maintenance;
    this.missing = missing;
  }

  static MissingRoles of(DatabaseAccess target, Manifest manifest) {
    DatabaseAccess maintenance = target.toDatabase("postgres");
    Manifest.Properties properties = manifest.source().properties();
    List<Role> named =
        Objects.requireNonNullElseGet(
            properties.roles(), () -> List.of(new Role(properties.owner(), false)));
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      Set<String> there = roles(connection);
      return new MissingRoles(
          maintenance, named.stream().filter(role -> !there.contains(role.name())).toList());
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  private static Set<String> roles(Connection connection) throws SQLException {
    Set<String> names = new HashSet<>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select rolname from pg_roles")) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  /**
   * @param allowed whether they may be made, without a password and without superuser rights
   * @throws BackupFailure when one is missing and may not be made
   */
  void createOrRefuse(boolean allowed) {
    if (missing.isEmpty()) {
      return;
    }
    if (!allowed) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "the server has no role "
              + missing.stream().map(Role::name).collect(Collectors.joining(", ")),
          "create them, or let this command do it: --create-roles");
    }
    try (Connection connection = PostgresConnections.open(maintenance, SESSION);
        var statement = connection.createStatement()) {
      for (Role role : missing) {
        statement.execute("create role %s nologin".formatted(Identifiers.quoted(role.name())));
        created.add(role.name());
      }
    } catch (SQLException e) {
      throw PostgresFailures.classify(maintenance, e);
    }
  }

  List<String> created() {
    return List.copyOf(created);
  }
}
