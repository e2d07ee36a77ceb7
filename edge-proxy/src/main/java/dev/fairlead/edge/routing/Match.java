package dev.fairlead.edge.routing;

import java.util.Locale;
import java.util.Optional;

/**
 * Which requests a route takes.
 *
 * @param host compared without case and without port; empty matches every host
 * @param pathPrefix whole path segments: {@code /api} takes {@code /api} and {@code /api/x}, not
 *     {@code /apix}
 */
public record Match(Optional<String> host, String pathPrefix) {
  public Match {
    host = host.map(name -> name.toLowerCase(Locale.ROOT));
    host.ifPresent(Match::requireHost);
    if (!pathPrefix.startsWith("/") || pathPrefix.chars().anyMatch(c -> c <= ' ' || c == '?')) {
      throw new IllegalArgumentException(
          "pathPrefix must start with / and have no spaces, but was '" + pathPrefix + "'");
    }
    if (pathPrefix.length() > 1 && pathPrefix.endsWith("/")) {
      pathPrefix = pathPrefix.substring(0, pathPrefix.length() - 1);
    }
  }

  boolean takes(String path) {
    return pathPrefix.equals("/")
        || (path.startsWith(pathPrefix)
            && (path.length() == pathPrefix.length() || path.charAt(pathPrefix.length()) == '/'));
  }

  private static void requireHost(String host) {
    if (!host.matches("[a-z0-9._\\-\\[\\]:]{1,253}") || host.matches(".*[^\\]:]:\\d+")) {
      throw new IllegalArgumentException(
          "host must be a name or an address without port, but was '" + host + "'");
    }
  }

  @Override
  public String toString() {
    return host.orElse("*") + pathPrefix;
  }
}
