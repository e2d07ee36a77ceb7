package dev.fairlead.deployer.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.deployer.runtime.Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * TCP connections that lead to some addresses at one moment, read from the kernel. To a proxy that
 * keeps none in reserve, each is one request in flight.
 *
 * <p>The format is that of {@code /proc/net/tcp}: local and remote address in hexadecimal, state,
 * user, inode (Linux, {@code Documentation/networking/proc_net_tcp.rst}). A host that proxies has
 * tens of thousands of lines there, most of connections that have ended: the table is gone through
 * once for all addresses, and a line is taken apart only if it leads to one of them.
 */
public final class Connections {

  /** Established; waiting for the handshake; closed by the other side but not yet by this one. */
  private static final Set<String> OPEN = Set.of("01", "02", "08");

  /** Columns after the remote address. */
  private static final int STATE = 0;

  private static final int USER = 4;
  private static final int INODE = 6;

  private static final String IPV4 = "net/tcp";
  private static final String IPV6 = "net/tcp6";

  /** What precedes an address of IPv4 in a socket of IPv6. */
  private static final String MAPPED = "0000000000000000FFFF0000";

  private static final Pattern BLANKS = Pattern.compile(" +");

  private final Map<Address, Integer> counts = new HashMap<>();

  private Connections() {}

  /**
   * Those of the process's user, in sockets of the addresses' own families: one that reaches IPv4
   * by IPv6 sockets is not seen. This JVM's own are left out: it asks instances for their health.
   *
   * @param pid a process of the proxy; one that ended a moment ago has none
   */
  public static Connections of(long pid, Collection<Address> addresses) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      String user = String.valueOf(Files.getAttribute(process, "unix:uid"));
      return read(process, false, Optional.of(user), addresses);
    } catch (IOException alreadyGone) {
      return new Connections();
    }
  }

  /** Those of this host, whoever holds them, but for this JVM's. */
  public static Connections ofHost(Collection<Address> addresses) {
    return read(Path.of("/proc/self"), true, Optional.empty(), addresses);
  }

  /** Of a proxy that does not run. */
  public static Connections none() {
    return new Connections();
  }

  /** How many there are to one of the addresses that were asked for. */
  public int to(Address address) {
    return counts.getOrDefault(address, 0);
  }

  /**
   * @param process its folder below {@code /proc}
   * @param mapped whether connections to IPv4 may be in IPv6 sockets, and so in the other table
   * @param user whose connections count; everybody's if empty
   */
  static Connections read(
      Path process, boolean mapped, Optional<String> user, Collection<Address> addresses) {
    Connections found = new Connections();
    try {
      Map<String, Map<String, Address>> tables = remotes(addresses, mapped);
      Set<String> own = ownInodes();
      for (Map.Entry<String, Map<String, Address>> table : tables.entrySet()) {
        found.readTable(process.resolve(table.getKey()), table.getValue(), user, own);
      }
    } catch (IOException alreadyGone) {
      return new Connections();
    }
    return found;
  }

  private void readTable(
      Path table, Map<String, Address> remotes, Optional<String> user, Set<String> own)
      throws IOException {
    if (Files.notExists(table)) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(table, ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int remote = line.indexOf(' ', line.indexOf(": ") + 2) + 1;
        int end = Math.max(remote, line.indexOf(' ', remote));
        Address address = remotes.get(line.substring(remote, end));
        if (address != null && counts(BLANKS.split(line.substring(end + 1)), user, own)) {
          counts.merge(address, 1, Integer::sum);
        }
      }
    }
  }

  private static boolean counts(String[] columns, Optional<String> user, Set<String> own) {
    return columns.length > INODE
        && OPEN.contains(columns[STATE])
        && (user.isEmpty() || user.get().equals(columns[USER]))
        && !own.contains(columns[INODE]);
  }

  /** The addresses by the tables that have them, and by how they are written there. */
  private static Map<String, Map<String, Address>> remotes(
      Collection<Address> addresses, boolean mapped) throws IOException {
    Map<String, Map<String, Address>> tables = new HashMap<>();
    for (Address address : addresses) {
      InetAddress host = InetAddress.getByName(address.host());
      String remote = hexadecimal(host.getAddress()) + ":%04X".formatted(address.port());
      boolean old = host instanceof Inet4Address;
      tables.computeIfAbsent(old ? IPV4 : IPV6, _ -> new HashMap<>()).put(remote, address);
      if (old && mapped) {
        tables.computeIfAbsent(IPV6, _ -> new HashMap<>()).put(MAPPED + remote, address);
      }
    }
    return tables;
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
