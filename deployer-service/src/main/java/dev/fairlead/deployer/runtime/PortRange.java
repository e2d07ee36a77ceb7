package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * The ports that instances get. Keep it out of the kernel's range for outgoing connections (32768
 * to 60999 on Linux), else one of those may take a port between choice and use.
 */
public record PortRange(int first, int last) {

  public static final PortRange DEFAULT = new PortRange(20_000, 29_999);

  public PortRange {
    if (first < 1 || last > 65_535 || first > last) {
      throw new IllegalArgumentException(
          "port range %d to %d is not valid; expected 1 to 65535".formatted(first, last));
    }
  }

  /** A port of the range that nobody listens on at loopback and that is not taken. */
  int free(Set<Integer> taken) {
    return free(taken, PortRange::available);
  }

  /**
   * @param available whether nobody listens on a port, as far as can be seen from here
   */
  int free(Set<Integer> taken, IntPredicate available) {
    int size = last - first + 1;
    int start = ThreadLocalRandom.current().nextInt(size);
    for (int i = 0; i < size; i++) {
      int port = first + (start + i) % size;
      if (!taken.contains(port) && available.test(port)) {
        return port;
      }
    }
    throw new RuntimeFailure(
        "no port of %d to %d is free; widen the range of ports for instances"
            .formatted(first, last));
  }

  static boolean available(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
