package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Role;
import dev.fairlead.backup.archive.Manifest.RoleSetting;
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
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The roles that a backup names and a server does not have: without them nobody owns anything.
 * Those that only have settings in the database are made as well where roles may be made, and are
 * no reason to refuse.
 */
final class MissingRoles {

  private static final String SESSION = "fairlead-backup recovery";

  private final DatabaseAccess maintenance;
  private final List<String> missing;
  private final List<String> onlySettings;
  private final List<String> created = new ArrayList<>();

  private MissingRoles(
      DatabaseAccess maintenance, List<String> missing, List<String> onlySettings) {
    this.maintenance = maintenance;
    this.missing = missing;
    this.onlySettings = onlySettings;
  }

  static MissingRoles of(DatabaseAccess target, Manifest manifest) {
    DatabaseAccess maintenance = target.toDatabase("postgres");
    Manifest.Properties properties = manifest.source().properties();
    List<String> named = names(properties.roles(), Role::name);
    List<String> needed = named.isEmpty() ? List.of(properties.owner()) : named;
    List<String> set = names(properties.roleSettings(), RoleSetting::role);
    try (Connection connection = PostgresConnections.open(maintenance, SESSION)) {
      Set<String> there = roles(connection);
      return new MissingRoles(maintenance, without(there, needed), without(there, set));
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  private static <T> List<String> names(@Nullable List<T> all, Function<T, String> name) {
    return all == null ? List.of() : all.stream().map(name).toList();
  }

  private static List<String> without(Set<String> there, List<String> names) {
    return names.stream().filter(name -> !there.contains(name)).distinct().toList();
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
    if (allowed) {
      create(Stream.concat(missing.stream(), onlySettings.stream()).distinct().toList());
    } else if (!missing.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "the server has no role " + String.join(", ", missing),
          "create them, or let this command do it: --create-roles");
    }
  }

  private void create(List<String> roles) {
    if (roles.isEmpty()) {
      return;
    }
    try (Connection connection = PostgresConnections.open(maintenance, SESSION);
        var statement = connection.createStatement()) {
      for (String role : roles) {
        statement.execute("create role %s nologin".formatted(Identifiers.quoted(role)));
        created.add(role);
      }
    } catch (SQLException e) {
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    }
  }

  List<String> created() {
    return List.copyOf(created);
  }
}
