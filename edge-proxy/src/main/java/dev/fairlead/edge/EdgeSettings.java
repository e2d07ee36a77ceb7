package dev.fairlead.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How this proxy runs, from {@code FAIRLEAD_EDGE_*} variables; README lists them.
 *
 * @param trafficPort 0 takes a free one
 * @param patience how long a request that reached no instance is tried again before 502
 * @param answerTimeout from the last byte of a request to the first of its answer, else 504
 * @param stopWindow how long requests may finish when the proxy is stopped
 * @param trustForwarded keep the X-Forwarded-* that came in: only behind another trusted proxy
 */
public record EdgeSettings(
    String bind,
    int trafficPort,
    int adminPort,
    Path stateFile,
    String token,
    int threads,
    Duration patience,
    Duration answerTimeout,
    Duration stopWindow,
    boolean trustForwarded,
    boolean accessLog) {
  private static final int SHORTEST_TOKEN = 16;

  /** Reads all settings and reports everything that is wrong with them at once. */
  public static EdgeSettings from(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    EdgeSettings settings =
        new EdgeSettings(
            environment.getOrDefault("FAIRLEAD_EDGE_BIND", "127.0.0.1"),
            reader.number("FAIRLEAD_EDGE_PORT", 7180, 0, 65_535),
            reader.number("FAIRLEAD_EDGE_ADMIN_PORT", 7181, 0, 65_535),
            Path.of(environment.getOrDefault("FAIRLEAD_EDGE_STATE", ".fairlead/edge/routes.json")),
            reader.token(),
            reader.number("FAIRLEAD_EDGE_THREADS", usualThreads(), 1, 64),
            Duration.ofMillis(reader.number("FAIRLEAD_EDGE_PATIENCE_MILLIS", 3_000, 0, 30_000)),
            Duration.ofSeconds(reader.number("FAIRLEAD_EDGE_ANSWER_SECONDS", 60, 1, 3_600)),
            Duration.ofSeconds(reader.number("FAIRLEAD_EDGE_STOP_SECONDS", 30, 0, 3_600)),
            reader.flag("FAIRLEAD_EDGE_TRUST_FORWARDED"),
            reader.flag("FAIRLEAD_EDGE_ACCESS_LOG"));
    if (settings.trafficPort() == settings.adminPort() && settings.adminPort() != 0) {
      reader.violations().add("FAIRLEAD_EDGE_ADMIN_PORT must not be FAIRLEAD_EDGE_PORT");
    }
    reader.throwViolations();
    return settings;
  }

  private static int usualThreads() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return "bind=%s trafficPort=%d adminPort=%d stateFile=%s token=****"
        .formatted(bind, trafficPort, adminPort, stateFile);
  }

  /** The environment does not describe a proxy that could run. */
  public static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(List<String> violations) {
      super(String.join(System.lineSeparator(), violations));
    }
  }

  private record Reader(Map<String, String> environment, List<String> violations) {
    Reader(Map<String, String> environment) {
      this(environment, new ArrayList<>());
    }

    int number(String key, int usual, int least, int most) {
      String text = environment.getOrDefault(key, "").strip();
      if (text.isEmpty()) {
        return usual;
      }
      try {
        int value = Integer.parseInt(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // reported below together with numbers out of range
      }
      violations.add(
          "%s must be a whole number from %d to %d, but was '%s'"
              .formatted(key, least, most, text));
      return least;
    }

    boolean flag(String key) {
      String text = environment.getOrDefault(key, "false").strip();
      if (!text.equals("true") && !text.equals("false")) {
        violations.add(key + " must be true or false, but was '" + text + "'");
      }
      return text.equals("true");
    }

    String token() {
      String file = environment.getOrDefault("FAIRLEAD_EDGE_TOKEN_FILE", "");
      String token =
          file.isEmpty() ? environment.getOrDefault("FAIRLEAD_EDGE_TOKEN", "") : read(file);
      if (token.strip().length() < SHORTEST_TOKEN) {
        violations.add(
            "FAIRLEAD_EDGE_TOKEN_FILE must name a file with the admin token (or FAIRLEAD_EDGE_TOKEN be"
                + " it), at least 16 characters; openssl rand -hex 24 makes one");
      }
      return token.strip();
    }

    private String read(String file) {
      try {
        return Files.readString(Path.of(file));
      } catch (IOException e) {
        violations.add("FAIRLEAD_EDGE_TOKEN_FILE cannot be read: " + e);
        return "x".repeat(SHORTEST_TOKEN);
      }
    }

    void throwViolations() {
      if (!violations.isEmpty()) {
        throw new Invalid(violations);
      }
    }
  }
}
