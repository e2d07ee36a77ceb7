package dev.fairlead.deployer.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Whom a message counts for: an IPv4 address, or the /64 of an IPv6 address, since that is what one
 * subscriber is given at least (RFC 6177), and all of its addresses are his.
 */
record Origin(String network) {

  private static final int SUBSCRIBER_BYTES = 8;
  private static final Origin UNKNOWN = new Origin("unknown");

  /**
   * @param address as the server tells it; what is none, such as a proxy's {@code unknown}, is one
   *     origin with all the others of that kind
   */
  static Origin of(String address) {
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      return new Origin(
          parsed instanceof Inet6Address ? subscriber(parsed) : parsed.getHostAddress());
    } catch (IllegalArgumentException | UnknownHostException e) {
      return UNKNOWN;
    }
  }

  private static String subscriber(InetAddress address) throws UnknownHostException {
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, SUBSCRIBER_BYTES, bytes.length, (byte) 0);
    return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
  }
}
