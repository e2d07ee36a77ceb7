package dev.fairlead.edge;

import dev.fairlead.edge.access.AccessLogSettings;
import dev.fairlead.edge.takeover.ListeningSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How this proxy runs, from {@code FAIRLEAD_EDGE_*} variables; README lists them.
 *
 * @param bind address of the traffic ports
 * @param trafficPort 0 takes a free one
 * @param tls where HTTPS is served, if anywhere
 * @param adminBind address of the admin port
 * @param patience how long a request that reached no instance is tried again before 502
 * @param answerTimeout from the last byte of a request to the first of its answer, else 504
 * @param stopWindow how long requests may finish when the proxy is stopped
 * @param takeOver from the proxy that runs on the same state file, if one does
 * @param trustForwarded keep the X-Forwarded-* that came in: only behind another trusted proxy
 */
public record EdgeSettings(
    String bind,
    int trafficPort,
    Optional<Tls> tls,
    String adminBind,
    int adminPort,
    Path stateFile,
    String token,
    int threads,
    Duration patience,
    Duration answerTimeout,
    Duration stopWindow,
    ClientLimits clients,
    boolean takeOver,
    boolean trustForwarded,
    Optional<AccessLogSettings> accessLog) {

  /**
   * HTTPS.
   *
   * @param port 0 takes a free one
   * @param certificates folder of PEM files
   * @param only plain requests are redirected instead of served
   */
  public record Tls(int port, Path certificates, boolean only) {}

  /**
   * What clients may cost.
   *
   * @param timeout a new connection must complete the head of its first request within it, and a
   *     body or an answer make progress
   * @param mostConnections further ones are closed as they come
   */
  public record ClientLimits(Duration timeout, int mostConnections) {}

  /** Reads all settings and reports everything that is wrong with them at once. */
  public static EdgeSettings from(Map<String, String> environment) {
    SettingsReader reader = new SettingsReader(environment);
    EdgeSettings settings =
        new EdgeSettings(
            reader.text("FAIRLEAD_EDGE_BIND", "127.0.0.1"),
            reader.number("FAIRLEAD_EDGE_PORT", 7180, 0, 65_535),
            tls(reader),
            reader.text("FAIRLEAD_EDGE_ADMIN_BIND", "127.0.0.1"),
            reader.number("FAIRLEAD_EDGE_ADMIN_PORT", 7181, 0, 65_535),
            Path.of(reader.text("FAIRLEAD_EDGE_STATE", ".fairlead/edge/routes.json")),
            reader.token(),
            reader.number("FAIRLEAD_EDGE_THREADS", usualThreads(), 1, 64),
            Duration.ofMillis(reader.number("FAIRLEAD_EDGE_PATIENCE_MILLIS", 3_000, 0, 30_000)),
            Duration.ofSeconds(reader.number("FAIRLEAD_EDGE_ANSWER_SECONDS", 60, 1, 3_600)),
            Duration.ofSeconds(reader.number("FAIRLEAD_EDGE_STOP_SECONDS", 30, 0, 3_600)),
            new ClientLimits(
                Duration.ofSeconds(reader.number("FAIRLEAD_EDGE_CLIENT_SECONDS", 30, 1, 3_600)),
                reader.number("FAIRLEAD_EDGE_MOST_CONNECTIONS", 10_000, 1, 1_000_000)),
            reader.flag("FAIRLEAD_EDGE_TAKE_OVER"),
            reader.flag("FAIRLEAD_EDGE_TRUST_FORWARDED"),
            accessLog(reader));
    settings.requirePortsOfTheirOwn(reader);
    reader.throwViolations();
    return settings;
  }

  /** The listening sockets, in the order of their opening. */
  List<ListeningSockets.Wanted> sockets() {
    List<ListeningSockets.Wanted> wanted = new ArrayList<>();
    wanted.add(new ListeningSockets.Wanted("admin", adminPort));
    wanted.add(new ListeningSockets.Wanted("plain", trafficPort));
    tls.ifPresent(one -> wanted.add(new ListeningSockets.Wanted("secure", one.port())));
    return wanted;
  }

  private static Optional<Tls> tls(SettingsReader reader) {
    Optional<Path> certificates = reader.path("FAIRLEAD_EDGE_CERTIFICATES");
    int port = reader.number("FAIRLEAD_EDGE_TLS_PORT", 7143, 0, 65_535);
    boolean only = reader.flag("FAIRLEAD_EDGE_TLS_ONLY");
    if (only && certificates.isEmpty()) {
      reader.violate(
          "FAIRLEAD_EDGE_TLS_ONLY needs FAIRLEAD_EDGE_CERTIFICATES, the folder of the certificates");
    }
    return certificates.map(folder -> new Tls(port, folder, only));
  }

  private static Optional<AccessLogSettings> accessLog(SettingsReader reader) {
    String where = reader.text("FAIRLEAD_EDGE_ACCESS_LOG", "off");
    long mostBytes =
        1024L * 1024 * reader.number("FAIRLEAD_EDGE_ACCESS_LOG_MEGABYTES", 64, 1, 65_536);
    boolean queries = reader.flag("FAIRLEAD_EDGE_ACCESS_LOG_QUERIES");
    return switch (where) {
      case "off", "false" -> Optional.empty();
      case "stdout", "true" ->
          Optional.of(new AccessLogSettings(Optional.empty(), mostBytes, queries));
      default -> {
        if (!where.contains("/")) {
          reader.violate(
              "FAIRLEAD_EDGE_ACCESS_LOG must be off, stdout or a path with a slash, but was '"
                  + where
                  + "'");
        }
        yield Optional.of(new AccessLogSettings(Optional.of(Path.of(where)), mostBytes, queries));
      }
    };
  }

  private void requirePortsOfTheirOwn(SettingsReader reader) {
    if (trafficPort == adminPort && adminPort != 0) {
      reader.violate("FAIRLEAD_EDGE_ADMIN_PORT must not be FAIRLEAD_EDGE_PORT");
    }
    int secure = tls.map(Tls::port).orElse(0);
    if (secure != 0 && (secure == trafficPort || secure == adminPort)) {
      reader.violate("FAIRLEAD_EDGE_TLS_PORT must be a port of its own, but was " + secure);
    }
  }

  private static int usualThreads() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return "bind=%s trafficPort=%d tls=%s adminBind=%s adminPort=%d stateFile=%s token=****"
        .formatted(bind, trafficPort, tls, adminBind, adminPort, stateFile);
  }

  /** The environment does not describe a proxy that could run. */
  public static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(List<String> violations) {
      super(String.join(System.lineSeparator(), violations));
    }
  }
}
