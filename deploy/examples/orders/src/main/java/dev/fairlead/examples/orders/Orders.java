package dev.fairlead.examples.orders;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The orders, as the release at hand knows their table. */
final class Orders {

  private static final int NEWEST = 20;

  private final Database database;
  private final Behaviour behaviour;

  Orders(Database database, Behaviour behaviour) {
    this.database = database;
    this.behaviour = behaviour;
  }

  record Order(long id, String item) {}

  Order place(String item) throws SQLException {
    String sql =
        behaviour.notes()
            ? "INSERT INTO orders (%s, note) VALUES (?, 'placed with version %s') RETURNING id"
                .formatted(behaviour.itemColumn(), behaviour.version())
            : "INSERT INTO orders (%s) VALUES (?) RETURNING id".formatted(behaviour.itemColumn());
    return database.with(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, item);
            ResultSet row = insert.executeQuery();
            row.next();
            return new Order(row.getLong(1), item);
          }
        });
  }

  /** The newest ones, newest first. */
  List<Order> newest() throws SQLException {
    String sql =
        "SELECT id, %s FROM orders ORDER BY id DESC LIMIT %d"
            .formatted(behaviour.itemColumn(), NEWEST);
    return database.with(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(sql)) {
            ResultSet rows = select.executeQuery();
            List<Order> orders = new ArrayList<>();
            while (rows.next()) {
              orders.add(new Order(rows.getLong(1), rows.getString(2)));
            }
            return orders;
          }
        });
  }

  /** Whether the database answers. */
  boolean reachable() {
    try {
      return database.with(connection -> connection.isValid(2));
    } catch (SQLException _) {
      return false;
    }
  }
}
