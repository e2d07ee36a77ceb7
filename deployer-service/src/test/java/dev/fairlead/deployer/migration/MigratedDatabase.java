package dev.fairlead.deployer.migration;

import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** A database that is new, and the folder with the migrations that it gets. */
final class MigratedDatabase {

  private final Path folder;
  private final Shared.Database database;

  MigratedDatabase(Path folder) {
    Neighbours.require("postgres");
    this.folder = folder;
    this.database = Shared.freshDatabase("migrations");
  }

  String jdbcUrl() {
    return database.jdbcUrl();
  }

  String name() {
    return database.name();
  }

  String user() {
    return database.user();
  }

  DatabaseAccess access() {
    return new DatabaseAccess(database.jdbcUrl(), database.user(), database::password);
  }

  void script(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql);
  }

  MigrationResult migrate(Migrations how) throws InterruptedException {
    return migrate(how, Map.of(), new MarkInMemory());
  }

  MigrationResult migrate(Migrations how, Map<String, String> planned, MigrationMark mark)
      throws InterruptedException {
    return how.migrate(folder, access(), planned, Duration.ofMinutes(5), mark);
  }

  Map<String, String> fingerprints(Migrations how) {
    return how.pending(folder, access()).stream()
        .collect(Collectors.toMap(Migration::script, Migration::fingerprint));
  }

  Connection connect() throws SQLException {
    return connect("");
  }

  /**
   * @param parameters of the connection, such as {@code ?ApplicationName=test}
   */
  Connection connect(String parameters) throws SQLException {
    return DriverManager.getConnection(
        database.jdbcUrl() + parameters, database.user(), database.password());
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row. */
  String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
