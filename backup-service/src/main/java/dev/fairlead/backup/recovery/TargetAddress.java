package dev.fairlead.backup.recovery;

import dev.fairlead.backup.postgres.DatabaseAccess;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** The server to restore into, and the database that is to be made there. */
record TargetAddress(DatabaseAccess access) {

  private static final int STANDARD_PORT = 5432;
  private static final String EXPECTED = "expected postgresql://user@host:5432/new_database";

  /**
   * @param text without a password: that comes from {@code PGPASSWORD}
   * @throws IllegalArgumentException when it is no such address
   */
  static TargetAddress parse(String text, Map<String, String> environment) {
    URI uri = URI.create(text);
    String user = uri.getUserInfo();
    String path = Objects.requireNonNullElse(uri.getPath(), "");
    if (!"postgresql".equals(uri.getScheme()) || user == null || path.length() < 2) {
      throw new IllegalArgumentException("--into '%s' is not valid; %s".formatted(text, EXPECTED));
    }
    if (user.contains(":")) {
      throw new IllegalArgumentException(
          "--into has a password, which everybody on this machine can see; set PGPASSWORD instead");
    }
    return new TargetAddress(
        new DatabaseAccess(
            Objects.requireNonNullElse(uri.getHost(), "localhost"),
            uri.getPort() < 0 ? STANDARD_PORT : uri.getPort(),
            path.substring(1),
            user,
            environment.get("PGPASSWORD")));
  }
}
