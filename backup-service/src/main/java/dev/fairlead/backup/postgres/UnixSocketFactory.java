package dev.fairlead.backup.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import javax.net.SocketFactory;

/**
 * Lets the PostgreSQL driver, which knows TCP only, reach a server by its Unix socket. The driver
 * makes one by name and hands it the path of the socket.
 */
public final class UnixSocketFactory extends SocketFactory {

  private final String path;

  /**
   * @param path such as {@code /var/run/postgresql/.s.PGSQL.5432}; at most 107 bytes on Linux
   */
  public UnixSocketFactory(String path) {
    this.path = path;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new UnixSocket(UnixDomainSocketAddress.of(path));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket();
  }
}
