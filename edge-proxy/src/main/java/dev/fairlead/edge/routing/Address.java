package dev.fairlead.edge.routing;

/** Where an instance listens: a host name or IP address, and a TCP port. */
public record Address(String host, int port) {
  public Address {
    if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
      throw new IllegalArgumentException("must be host:port, but the host was '" + host + "'");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("must have a port of 1 to 65535, but it was " + port);
    }
  }

  /** Reads {@code host:port}; an IPv6 host stands in brackets. */
  public static Address of(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IllegalArgumentException("must be host:port, but was '" + text + "'");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.contains(":") && !bracketed) {
      throw new IllegalArgumentException(
          "must put an IPv6 host in brackets, as in [::1]:8080, but was '" + text + "'");
    }
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    return new Address(bare, Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
