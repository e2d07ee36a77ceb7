package dev.fairlead.health.probe;

import java.util.Locale;

/** Names that need no name service. */
final class Hosts {

  private Hosts() {}

  /** RFC 6761 §6.3: every name under localhost is this machine, whatever the resolver says. */
  static boolean isThisMachine(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.startsWith("127.")
        || name.equals("::1")
        || name.equals("[::1]");
  }

  /** What to connect to: {@code orders.staging.localhost} is reached at 127.0.0.1. */
  static String reachable(String host) {
    return host.toLowerCase(Locale.ROOT).endsWith(".localhost") ? "127.0.0.1" : host;
  }
}
