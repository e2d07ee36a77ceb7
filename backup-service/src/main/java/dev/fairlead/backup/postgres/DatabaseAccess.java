package dev.fairlead.backup.postgres;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one database. The password goes to drivers and child processes only; no text of this
 * type shows it.
 *
 * @param host a name, an address, or the absolute folder of the server's Unix socket
 */
public record DatabaseAccess(
    String host, int port, String name, String username, @Nullable String password) {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Nobody ever waits for a lock behind a backup for longer than this. */
  static final Duration LOCK_WAIT = Duration.ofSeconds(2);

  public DatabaseAccess toDatabase(String other) {
    return new DatabaseAccess(host, port, other, username, password);
  }

  public String address() {
    return "%s:%d/%s".formatted(host, port, name);
  }

  String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/".formatted(isSocket() ? "localhost" : host, port);
  }

  private boolean isSocket() {
    return host.startsWith("/");
  }

  Properties jdbcProperties(String applicationName) {
    Properties properties = new Properties();
    properties.setProperty("PGDBNAME", name);
    properties.setProperty("user", username);
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    if (isSocket()) {
      properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
      properties.setProperty("socketFactoryArg", "%s/.s.PGSQL.%d".formatted(host, port));
      properties.setProperty("sslmode", "disable");
    }
    properties.setProperty("options", sessionOptions());
    return properties;
  }

  /** What PostgreSQL's own programs read, so that nothing secret is among their arguments. */
  public Map<String, String> environment(String applicationName) {
    return Map.of(
        "PGHOST",
        host,
        "PGPORT",
        Integer.toString(port),
        "PGDATABASE",
        name,
        "PGUSER",
        username,
        "PGPASSWORD",
        password == null ? "" : password,
        "PGAPPNAME",
        applicationName,
        "PGCONNECT_TIMEOUT",
        Long.toString(CONNECT.toSeconds()),
        "PGOPTIONS",
        sessionOptions());
  }

  /** Servers may end idle or long transactions by default; a snapshot has to outlive them. */
  private static String sessionOptions() {
    return "-c lock_timeout=%d -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
        .formatted(LOCK_WAIT.toMillis());
  }

  @Override
  public String toString() {
    return "%s@%s".formatted(username, address());
  }
}
