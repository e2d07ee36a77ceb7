package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connection to host:port, closed at once. */
final class TcpProbe implements Probe {

  @Override
  public Finding ask(HealthTarget target) {
    String address = target.address();
    int colon = address.lastIndexOf(':');
    String host = Hosts.reachable(address.substring(0, colon));
    int port = Integer.parseInt(address.substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) target.timeoutMillis());
      return Finding.up();
    } catch (IOException e) {
      return Reasons.of(address, e);
    }
  }
}
