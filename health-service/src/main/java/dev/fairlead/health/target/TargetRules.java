package dev.fairlead.health.target;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ProbeKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a target must keep to, whoever wrote it; everything that is wrong is told at once. */
public final class TargetRules {

  private static final long DAY_SECONDS = 86_400;
  private static final long LONGEST_TIMEOUT_MILLIS = 60_000;
  private static final int MOST_FAILURES = 1_000;
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9A-Fa-f:.%a-z]+]|[^\\s:/\\[\\]]+):([0-9]{1,5})");

  /** Parameters of a JDBC URL that name classes or files, or carry what a reference should. */
  private static final Pattern REFUSED_IN_JDBC =
      Pattern.compile(
          "[?&](password|socketFactory|sslfactory|sslpasswordcallback|authenticationPluginClassName"
              + "|loggerFile|user|options)=",
          Pattern.CASE_INSENSITIVE);

  private TargetRules() {}

  /** One sentence for each broken rule; none when the target is fine. */
  public static List<String> violations(HealthTarget target) {
    List<String> broken = new ArrayList<>();
    between(broken, "everySeconds", target.everySeconds(), 1, DAY_SECONDS);
    between(broken, "timeoutMillis", target.timeoutMillis(), 1, LONGEST_TIMEOUT_MILLIS);
    between(broken, "failures", target.failures(), 1, MOST_FAILURES);
    between(broken, "windowSeconds", target.windowSeconds(), 1, DAY_SECONDS);
    between(broken, "recoverAfter", target.recoverAfter(), 1, MOST_FAILURES);
    windowHoldsFailures(broken, target);
    address(broken, target);
    return broken.stream().map(text -> "target %s: %s".formatted(target.id(), text)).toList();
  }

  /** Otherwise it could never become degraded, however long it is down. */
  private static void windowHoldsFailures(List<String> broken, HealthTarget target) {
    long needed = (target.failures() - 1) * target.everySeconds();
    if (needed >= target.windowSeconds()) {
      broken.add(
          "%d failures, one every %d s, never fit into windowSeconds %d; expected more than %d"
              .formatted(target.failures(), target.everySeconds(), target.windowSeconds(), needed));
    }
  }

  private static void address(List<String> broken, HealthTarget target) {
    ProbeKind probe = target.probe();
    boolean valid =
        switch (probe) {
          case HTTP -> isHttpUrl(target.address());
          case TCP -> isHostAndPort(target.address());
          case POSTGRESQL -> isPostgreSqlUrl(target.address());
        };
    if (!valid) {
      broken.add("address is not valid for %s; expected %s".formatted(name(probe), example(probe)));
    }
  }

  private static String name(ProbeKind probe) {
    return probe.name().toLowerCase(Locale.ROOT);
  }

  private static String example(ProbeKind probe) {
    return switch (probe) {
      case HTTP -> "a URL without user or password, such as http://127.0.0.1:8080/health";
      case TCP -> "host:port, such as 127.0.0.1:6379";
      case POSTGRESQL ->
          "a JDBC URL such as jdbc:postgresql://127.0.0.1:5432/orders, with user and password in"
              + " their own fields";
    };
  }

  private static boolean isHttpUrl(String address) {
    try {
      URI uri = new URI(address);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  private static boolean isHostAndPort(String address) {
    var parts = HOST_AND_PORT.matcher(address);
    if (!parts.matches()) {
      return false;
    }
    int port = Integer.parseInt(parts.group(2));
    return port >= 1 && port <= 65_535;
  }

  private static boolean isPostgreSqlUrl(String address) {
    return address.startsWith("jdbc:postgresql://") && !REFUSED_IN_JDBC.matcher(address).find();
  }

  private static void between(List<String> broken, String field, long value, long low, long high) {
    if (value < low || value > high) {
      broken.add("%s is %d; expected %d to %d".formatted(field, value, low, high));
    }
  }
}
