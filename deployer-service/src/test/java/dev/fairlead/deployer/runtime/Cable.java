package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between the deployer and a host, which can be cut and mended. */
public final class Cable implements AutoCloseable {

  private final ServerSocket door;
  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> kept = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean hanging;

  /**
   * @param to a port of loopback
   */
  public Cable(int to) throws IOException {
    this.to = to;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Whoever is connected is no longer, and nobody gets through. */
  public void cut() {
    cut = true;
    open.forEach(Cable::hangUp);
    kept.forEach(Cable::hangUp);
  }

  /** Whoever connects gets through to nobody, and is not told: as with an engine that hangs. */
  public void hang() {
    hanging = true;
    open.forEach(Cable::hangUp);
  }

  public void mend() {
    cut = false;
    hanging = false;
    kept.forEach(Cable::hangUp);
    kept.clear();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        if (cut) {
          hangUp(near);
        } else if (hanging) {
          kept.add(near);
        } else {
          join(near);
        }
      } catch (IOException closed) {
        // the next turn sees whether for good
      }
    }
  }

  private void join(Socket near) throws IOException {
    Socket far = new Socket();
    far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to), 5_000);
    open.add(near);
    open.add(far);
    Thread.startVirtualThread(() -> carry(near, far));
    Thread.startVirtualThread(() -> carry(far, near));
  }

  private void carry(Socket from, Socket into) {
    try {
      from.getInputStream().transferTo(into.getOutputStream());
      into.shutdownOutput();
    } catch (IOException broken) {
      hangUp(from);
      hangUp(into);
    } finally {
      open.remove(from);
    }
  }

  private static void hangUp(Socket socket) {
    try {
      socket.close();
    } catch (IOException already) {
      // then nothing is left to close
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
