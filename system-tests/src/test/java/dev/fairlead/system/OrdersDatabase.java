package dev.fairlead.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The databases of the example application, on the server of a local stack. */
final class OrdersDatabase {

  private static final String PASSWORD = "s3cret-of-the-orders-database";

  private final PostgresServer server;

  private OrdersDatabase(PostgresServer server) {
    this.server = server;
  }

  /**
   * Creates them, as whoever runs the application would.
   *
   * @param port of the server
   */
  static OrdersDatabase create(FairleadCommand fairlead, int port) throws IOException {
    Path home = fairlead.home();
    PostgresServer server =
        PostgresServer.running(home.resolve("data/postgres"), port, fairlead.process("postgres"));
    Path secret = home.resolve("secrets/orders-database");
    Files.writeString(secret, PASSWORD);
    server.createRole("orders", PASSWORD);
    server.createDatabase("orders_staging", "orders");
    server.createDatabase("orders_production", "orders");
    return new OrdersDatabase(server);
  }

  /** As {@code fairlead restore --into} takes it; the password is in {@link #password}. */
  String address(String database) {
    return "postgresql://%s@127.0.0.1:%d/%s".formatted(server.user(), server.port(), database);
  }

  Map<String, String> password() {
    return Map.of("PGPASSWORD", server.password());
  }

  /** In a session that ends, so that the server counts at once what it did. */
  void run(String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> column(String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /**
   * Everything that is in it, schema and rows: a logical dump whose lines are sorted, because the
   * order of rows is none of a database's promises.
   */
  List<String> dump(String database) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Neighbours.find("pg_dump").orElseThrow().toString(),
                "--host=127.0.0.1",
                "--port=" + server.port(),
                "--username=" + server.user(),
                "--rows-per-insert=1",
                database)
            .redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", server.password());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(text);
    }
    // each dump has another key in these
    return text.lines().filter(line -> !line.matches("\\\\(un)?restrict .*")).sorted().toList();
  }
}
