package dev.fairlead.deployer.migration;

import java.util.function.Supplier;

/**
 * How to reach an application's database. The password is asked for when a connection is opened and
 * never printed.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/name}, without user and password
 */
public record DatabaseAccess(String jdbcUrl, String user, Supplier<String> password) {

  @Override
  public String toString() {
    return user + "@" + jdbcUrl;
  }
}
