package dev.fairlead.cli.stack;

import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Whether a member of the stack does its work, or at least answers. */
final class Readiness {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** PostgreSQL's SSLRequest; the server says S or N to anybody. */
  private static final byte[] ASK_POSTGRES = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  /** Kafka's ApiVersions, version 0, without a client id; a broker answers it before anything. */
  private static final byte[] ASK_KAFKA = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 0, -1, -1};

  private Readiness() {}

  static boolean of(Member member, StackPorts ports) {
    Optional<String> address = member.healthAddress(ports);
    return address.isPresent()
        ? status(address.get(), LIMIT).equals(Optional.of(HttpURLConnection.HTTP_OK))
        : Ports.answers(member.ports(ports).getFirst());
  }

  /** Whether it says anything, even that it is not ready: what hangs says nothing. */
  static boolean answers(Member member, StackPorts ports, Duration limit) {
    Optional<String> address = member.healthAddress(ports);
    return address.isPresent()
        ? status(address.get(), limit).isPresent()
        : answers(
            member.ports(ports).getFirst(),
            member == Member.POSTGRES ? ASK_POSTGRES : ASK_KAFKA,
            limit);
  }

  private static Optional<Integer> status(String address, Duration limit) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address).toURL().openConnection();
      connection.setConnectTimeout((int) limit.toMillis());
      connection.setReadTimeout((int) limit.toMillis());
      int status = connection.getResponseCode();
      connection.disconnect();
      return Optional.of(status);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean answers(int port, byte[] question, Duration limit) {
    try (Socket socket = new Socket()) {
      int millis = (int) limit.toMillis();
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(question);
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
