package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * TCP connections that a process's network holds to an address, read from the kernel. To a proxy
 * that keeps none in reserve, each is one request in flight.
 *
 * <p>The format is that of {@code /proc/net/tcp}: local and remote address in hexadecimal, state,
 * user, inode (Linux, {@code Documentation/networking/proc_net_tcp.rst}).
 */
public final class Connections {

  /** Established; waiting for the handshake; closed by the other side but not yet by this one. */
  private static final Set<String> OPEN = Set.of("01", "02", "08");

  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int USER = 7;
  private static final int INODE = 9;

  private Connections() {}

  /**
   * How many connections of the process's user lead there. This JVM's own are left out: it asks
   * instances for their health.
   *
   * @param pid a process of the proxy; one that ended a moment ago has none
   */
  public static int count(long pid, Address address) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return count(
          process, Optional.of(String.valueOf(Files.getAttribute(process, "unix:uid"))), address);
    } catch (IOException alreadyGone) {
      return 0;
    }
  }

  /** How many connections of this host lead there, whoever holds them, but for this JVM's. */
  public static int count(Address address) {
    return count(Path.of("/proc/self"), Optional.empty(), address);
  }

  private static int count(Path process, Optional<String> user, Address address) {
    try {
      Set<String> remotes = remotes(address);
      Set<String> own = ownInodes();
      return (int)
          Stream.concat(lines(process.resolve("net/tcp")), lines(process.resolve("net/tcp6")))
              .map(line -> line.strip().split("\\s+"))
              .filter(columns -> columns.length > INODE && remotes.contains(columns[REMOTE]))
              .filter(columns -> OPEN.contains(columns[STATE]))
              .filter(columns -> user.isEmpty() || user.get().equals(columns[USER]))
              .filter(columns -> !own.contains(columns[INODE]))
              .count();
    } catch (IOException alreadyGone) {
      return 0;
    }
  }

  /** How the address is written in the tables of IPv4 and IPv6. */
  private static Set<String> remotes(Address address) throws IOException {
    String host = hexadecimal(InetAddress.getByName(address.host()).getAddress());
    String port = ":%04X".formatted(address.port());
    return Set.of(host + port, "0000000000000000FFFF0000" + host + port);
  }

  private static Stream<String> lines(Path table) throws IOException {
    return Files.exists(table) ? Files.readAllLines(table).stream() : Stream.empty();
  }

  /** Words of 32 bits in the byte order of the machine. */
  private static String hexadecimal(byte[] address) {
    ByteBuffer network = ByteBuffer.wrap(address);
    ByteBuffer machine = ByteBuffer.allocate(address.length).order(ByteOrder.nativeOrder());
    while (network.hasRemaining()) {
      machine.putInt(network.getInt());
    }
    return HexFormat.of().withUpperCase().formatHex(machine.array());
  }

  private static Set<String> ownInodes() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        try {
          String target = Files.readSymbolicLink(file).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring("socket:[".length(), target.length() - 1));
          }
        } catch (IOException closedMeanwhile) {
          continue;
        }
      }
    }
    return inodes;
  }
}
