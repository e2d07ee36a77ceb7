package dev.fairlead.deployer.migration;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * How to reach an application's database. The password is asked for when a connection is opened and
 * never printed.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/name}, without user and password
 */
public record DatabaseAccess(String jdbcUrl, String user, Supplier<String> password) {

  public DatabaseAccess {
    if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "the database address must begin with jdbc:postgresql:, such as jdbc:postgresql://localhost:5432/orders");
    }
    if (jdbcUrl.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "the database address holds a password; move it to a secret reference");
    }
  }

  @Override
  public String toString() {
    return user + "@" + jdbcUrl;
  }
}
