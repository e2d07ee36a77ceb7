package dev.fairlead.service.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network, or one address with the prefix of all its bits.
 *
 * @param first its lowest address
 * @param prefix how many of the leading bits its addresses share
 */
record Network(InetAddress first, int prefix) {

  /** A shorter one is a part of the internet, and no network of proxies. */
  private static final int SHORTEST = 8;

  /**
   * @param texts such as {@code 10.0.0.5}, {@code 10.0.0.0/24} or {@code fd00::/64}; no names,
   *     since who answers for a name may change
   * @throws IllegalArgumentException telling of each that is no network
   */
  static List<Network> all(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    List<String> mistakes = new ArrayList<>();
    for (String text : texts) {
      try {
        networks.add(parse(text.strip()));
      } catch (IllegalArgumentException e) {
        mistakes.add(e.getMessage());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
    return List.copyOf(networks);
  }

  private static Network parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = address(text, slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return new Network(address, bits);
    }
    Network network = of(address, prefix(text, text.substring(slash + 1), bits));
    if (!network.first.equals(address)) {
      throw new IllegalArgumentException(
          "'%s' names an address and a network; write %s for the network, or %s for the address"
              .formatted(text, network, address.getHostAddress()));
    }
    return network;
  }

  private static InetAddress address(String text, String literal) {
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      if (isWritten(address, literal)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw neither(text, e);
    }
    throw neither(text, null);
  }

  /** Java reads {@code 10.1} as 10.0.0.1, and knows IPv6 addresses of one interface. */
  private static boolean isWritten(InetAddress address, String literal) {
    return address instanceof Inet6Address
        ? literal.indexOf('%') < 0
        : address.getHostAddress().equals(literal);
  }

  private static IllegalArgumentException neither(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'%s' is neither an address nor a network; write one such as 10.0.0.5, 10.0.0.0/24 or fd00::/64, and no name"
            .formatted(text),
        cause);
  }

  private static int prefix(String text, String digits, int bits) {
    int prefix = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
    if (prefix < SHORTEST || prefix > bits) {
      throw new IllegalArgumentException(
          "'%s' ends with /%s; write a prefix from /%d to /%d: whoever is within it is believed"
              .formatted(text, digits, SHORTEST, bits));
    }
    return prefix;
  }

  private static Network of(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
    }
    try {
      return new Network(InetAddress.getByAddress(bytes), prefix);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address keeps its length", e);
    }
  }

  /** With its prefix, also of one address. */
  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
