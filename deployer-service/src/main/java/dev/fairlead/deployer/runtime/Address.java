package dev.fairlead.deployer.runtime;

import java.net.URI;

/** Where an instance answers: a host and a TCP port. */
public record Address(String host, int port) {

  public Address {
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "address '%s:%d' is not valid; expected host:port".formatted(host, port));
    }
  }

  /** Reads {@code host:port}. */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new Address(
          text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "address '%s' is not valid; expected host:port".formatted(text), e);
    }
  }

  /** The HTTP address of a path there; the path begins with a slash. */
  public URI http(String path) {
    return URI.create("http://" + this + path);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
