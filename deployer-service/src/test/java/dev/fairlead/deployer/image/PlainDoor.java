package dev.fairlead.deployer.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port of loopback that hangs up at once on whoever begins with TLS, and lets everybody else
 * through. An engine tries TLS first; a plain HTTP server waits for the end of that line, and the
 * engine waits ten seconds for an answer before it tries again without.
 */
final class PlainDoor implements AutoCloseable {

  private static final int TLS_HANDSHAKE = 0x16;

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int behind;

  /**
   * @param behind the port of the plain server
   */
  PlainDoor(int behind) throws IOException {
    this.behind = behind;
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket visitor = door.accept();
        Thread.startVirtualThread(() -> receive(visitor));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void receive(Socket visitor) {
    try (visitor;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      int first = visitor.getInputStream().read();
      if (first < 0 || first == TLS_HANDSHAKE) {
        return;
      }
      server.getOutputStream().write(first);
      Thread answers = Thread.startVirtualThread(() -> carry(server, visitor));
      carry(visitor, server);
      answers.join();
    } catch (IOException hungUp) {
      // the visitor sees it as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void carry(Socket from, Socket into) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      in.transferTo(out);
      into.shutdownOutput();
    } catch (IOException hungUp) {
      // the other direction ends by itself
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
