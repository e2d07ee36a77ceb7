package dev.fairlead.backup.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one database. The password goes to drivers and child processes only; no text of this
 * type shows it.
 *
 * @param host a name, an address, the absolute folder of the server's Unix socket, or {@code
 *     service:} and the name of an entry of {@code pg_service.conf}, which then says host and port
 * @param knownAs what people call the host: a container by its name, however it is reached
 */
public record DatabaseAccess(
    String host,
    int port,
    String name,
    String username,
    @Nullable String password,
    String knownAs) {

  private static final String SERVICE = "service:";
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Nobody ever waits for a lock behind a backup for longer than this. */
  static final Duration LOCK_WAIT = Duration.ofSeconds(2);

  public DatabaseAccess(
      String host, int port, String name, String username, @Nullable String password) {
    this(host, port, name, username, password, host);
  }

  public DatabaseAccess toDatabase(String other) {
    return new DatabaseAccess(host, port, other, username, password, knownAs);
  }

  public String address() {
    return "%s:%d/%s".formatted(knownAs, port, name);
  }

  String jdbcUrl() {
    return service()
        .map("jdbc:postgresql:///?service=%s"::formatted)
        .orElseGet(
            () -> "jdbc:postgresql://%s:%d/".formatted(isSocket() ? "localhost" : host, port));
  }

  private Optional<String> service() {
    return host.startsWith(SERVICE)
        ? Optional.of(host.substring(SERVICE.length()))
        : Optional.empty();
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
    return environment(applicationName, 0);
  }

  /**
   * The same for one that may be idle, such as while it waits for its input.
   *
   * @param major version of the server, or 0 if it is not known
   */
  Map<String, String> environment(String applicationName, int major) {
    Map<String, String> environment = new HashMap<>();
    service()
        .ifPresentOrElse(
            service -> {
              environment.put("PGSERVICE", service);
              serviceFile().ifPresent(file -> environment.put("PGSERVICEFILE", file));
            },
            () -> {
              environment.put("PGHOST", host);
              environment.put("PGPORT", Integer.toString(port));
            });
    environment.put("PGDATABASE", name);
    environment.put("PGUSER", username);
    if (password != null) {
      environment.put("PGPASSWORD", password);
    }
    environment.put("PGAPPNAME", applicationName);
    environment.put("PGCONNECT_TIMEOUT", Long.toString(CONNECT.toSeconds()));
    environment.put("PGOPTIONS", sessionOptions() + SessionTimeouts.options(major));
    return environment;
  }

  /** Where the driver looks for it as well, by a setting of its own. */
  private static Optional<String> serviceFile() {
    return Optional.ofNullable(System.getProperty("org.postgresql.pgservicefile"))
        .or(() -> Optional.ofNullable(System.getenv("PGSERVICEFILE")))
        .or(() -> Optional.of(System.getProperty("user.home") + "/.pg_service.conf"));
  }

  /**
   * Servers may end idle or long transactions by default; a snapshot has to outlive them. A
   * database in which people only read by default has to be filled all the same.
   */
  private static String sessionOptions() {
    return "-c lock_timeout=%d -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c default_transaction_read_only=off"
        .formatted(LOCK_WAIT.toMillis());
  }

  @Override
  public String toString() {
    return "%s@%s".formatted(username, address());
  }
}
