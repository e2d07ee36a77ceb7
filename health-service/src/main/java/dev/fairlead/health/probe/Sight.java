package dev.fairlead.health.probe;

import dev.fairlead.health.probe.Finding.Cause;
import dev.fairlead.health.probe.Finding.Down;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether the prober itself can see. It is asked after every failure that could be the prober's own
 * fault: a target is down only when everything on this side worked.
 */
public final class Sight implements AutoCloseable {

  /** A stall of this process of at least this long spoils a probe that got no answer. */
  private static final Duration WORST_STALL = Duration.ofMillis(500);

  private static final Duration LOOPBACK_DEADLINE = Duration.ofMillis(500);

  private final Pulse pulse;
  private final NameServers names;
  private final List<InetSocketAddress> anchors;
  private final Duration anchorDeadline;
  private final ServerSocket mirror;
  private final Thread answering;

  /**
   * @param anchors addresses outside this machine that are always there, such as the gateway; when
   *     none of them answers, the network is at fault. May be empty
   */
  public Sight(Pulse pulse, NameServers names, List<InetSocketAddress> anchors) {
    this.pulse = pulse;
    this.names = names;
    this.anchors = List.copyOf(anchors);
    this.anchorDeadline = Duration.ofSeconds(1);
    try {
      this.mirror = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException("no loopback socket: " + e.getMessage(), e);
    }
    this.answering = Thread.ofVirtual().name("sight-mirror").start(this::answer);
  }

  /**
   * What is wrong on this side, if anything.
   *
   * @param began {@link System#nanoTime()} when the failed probe began
   */
  Optional<String> impairment(Down failure, String address, long began) {
    if (failure.cause() == Cause.ANSWER) {
      return Optional.empty();
    }
    Duration stall = pulse.longestStallSince(began);
    if (stall.compareTo(WORST_STALL) >= 0) {
      return Optional.of("this prober stalled for %d ms".formatted(stall.toMillis()));
    }
    if (!answers((InetSocketAddress) mirror.getLocalSocketAddress(), LOOPBACK_DEADLINE)) {
      return Optional.of("this prober cannot even reach itself");
    }
    if (failure.cause() == Cause.NAME && !names.answer()) {
      return Optional.of("no name server answers this prober");
    }
    return Hosts.isThisMachine(hostOf(address)) ? Optional.empty() : networkFault();
  }

  private Optional<String> networkFault() {
    if (!networkIsUp()) {
      return Optional.of("this prober has no network");
    }
    boolean lost =
        !anchors.isEmpty() && anchors.stream().noneMatch(anchor -> answers(anchor, anchorDeadline));
    return lost ? Optional.of("this prober reaches none of its anchors") : Optional.empty();
  }

  private static boolean networkIsUp() {
    try {
      return NetworkInterface.networkInterfaces().anyMatch(Sight::leadsOut);
    } catch (SocketException _) {
      return false;
    }
  }

  private static boolean leadsOut(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback() && network.inetAddresses().count() > 0;
    } catch (SocketException _) {
      return false;
    }
  }

  private static boolean answers(InetSocketAddress address, Duration deadline) {
    try (Socket socket = new Socket()) {
      InetSocketAddress fresh =
          address.isUnresolved()
              ? new InetSocketAddress(address.getHostString(), address.getPort())
              : address;
      socket.connect(fresh, (int) deadline.toMillis());
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** The host of a URL, a JDBC URL or host:port; the address itself where there is none. */
  static String hostOf(String address) {
    try {
      String url = address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address;
      String host = URI.create(url.contains("://") ? url : "tcp://" + url).getHost();
      return host == null ? address : host;
    } catch (IllegalArgumentException _) {
      return address;
    }
  }

  private void answer() {
    while (!mirror.isClosed()) {
      try (Socket _ = mirror.accept()) {
        Thread.onSpinWait();
      } catch (IOException _) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    try {
      mirror.close();
    } catch (IOException e) {
      throw new IllegalStateException("loopback socket: " + e.getMessage(), e);
    }
    answering.interrupt();
  }
}
