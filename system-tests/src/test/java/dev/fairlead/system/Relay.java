package dev.fairlead.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Lets containers reach a server that listens on loopback only. */
final class Relay implements AutoCloseable {

  private final ServerSocket door;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param address of this machine that containers reach
   * @param port on loopback
   */
  Relay(InetAddress address, int port) throws IOException {
    this.door = new ServerSocket(0, 50, address);
    this.port = port;
    threads.execute(this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  private void welcome() {
    while (!door.isClosed()) {
      try {
        Socket guest = door.accept();
        Socket host = new Socket(InetAddress.getLoopbackAddress(), port);
        threads.execute(() -> carry(guest, host));
        threads.execute(() -> carry(host, guest));
      } catch (IOException _) {
        // it is closed, or the server is away: the guest will notice
      }
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // one of them has left, and so does the other
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}
