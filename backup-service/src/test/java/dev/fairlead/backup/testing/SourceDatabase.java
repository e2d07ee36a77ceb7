package dev.fairlead.backup.testing;

import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Shared;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on a shared server, with a role of its own, to be backed up. */
public final class SourceDatabase {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String PASSWORD = "canary-PassW0rd";

  private final PostgresServer server;
  private final String name;
  private final String role;

  private SourceDatabase(PostgresServer server, String purpose) {
    this.server = server;
    int number = NUMBER.incrementAndGet();
    this.name = "%s_%d".formatted(purpose, number);
    this.role = "%s_app_%d".formatted(purpose, number);
  }

  /** Owned by its role, which may create databases as a restore needs it. */
  public static SourceDatabase create(String purpose) {
    return create(Shared.postgres(), purpose);
  }

  /** The same, where the tests of the second lane have theirs. */
  public static SourceDatabase createInSecondLane(String purpose) {
    return create(Shared.secondPostgres(), purpose);
  }

  private static SourceDatabase create(PostgresServer server, String purpose) {
    SourceDatabase database = new SourceDatabase(server, purpose);
    database.server.createRole(database.role, PASSWORD);
    database.server.execute("alter role %s createdb".formatted(database.role));
    database.server.createDatabase(database.name, database.role);
    return database;
  }

  /** Orders with items, types that are awkward to compare, and an empty table. */
  public SourceDatabase withOrders(int orders) {
    sql(
        """
        create type state as enum ('open', 'paid');
        create table empty (id int);
        create schema billing;
        create table billing.orders (
          id bigint generated always as identity primary key, state state not null,
          total numeric(10,2), note json, blob bytea, at timestamptz);
        insert into billing.orders (state, total, note, blob, at)
          select (case when n %% 2 = 0 then 'open' else 'paid' end)::state, n / 7.0,
            json_build_object('n', n), decode(md5(n::text), 'hex'), now()
          from generate_series(1, %d) n;
        create table items (order_id bigint references billing.orders, sku text);
        insert into items select id, 'sku-' || id from billing.orders"""
            .formatted(orders));
    return this;
  }

  public DatabaseAccess access() {
    return new DatabaseAccess("127.0.0.1", server.port(), name, role, PASSWORD);
  }

  public DatabaseAccess access(String user, String password) {
    return new DatabaseAccess("127.0.0.1", server.port(), name, user, password);
  }

  /** Where it is. */
  public PostgresServer server() {
    return server;
  }

  public String name() {
    return name;
  }

  public String role() {
    return role;
  }

  public static String password() {
    return PASSWORD;
  }

  /** As the role itself. */
  public void sql(String statement) {
    sql(name, statement);
  }

  /** As the role itself, for many statements. */
  public Connection connect() throws SQLException {
    return connect(name);
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(database), role, PASSWORD);
  }

  public void sql(String database, String statement) {
    try (Connection connection = connect(database);
        var running = connection.createStatement()) {
      running.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  /** The first column of all rows, as the superuser sees them. */
  public List<String> query(String database, String query) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect(database);
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
    return rows;
  }

  public List<String> query(String query) {
    return query(name, query);
  }

  /** A statement of the superuser, outside any transaction. */
  public void asSuperuser(String statement) {
    server.execute(statement);
  }

  public List<String> databases() {
    return query(
        "postgres",
        "select datname from pg_database where datname like '%s%%' order by 1".formatted(name));
  }
}
