package dev.fairlead.backup.container;

import dev.fairlead.backup.folder.OwnedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket here that leads into a container: each connection becomes a command there, whose input
 * and output it is.
 *
 * <p>It is a Unix socket in a folder that only our user may enter, not a port of the loopback
 * interface. Inside the container we come from 127.0.0.1, which the official image of PostgreSQL
 * trusts without a password: a port would let every user of this machine in as superuser.
 */
final class ContainerTunnel implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ContainerTunnel.class);

  private final Containers containers;
  private final String container;
  private final int port;
  private final OwnedFolder folder;
  private final ServerSocketChannel entrance;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile Relay relay;

  private ContainerTunnel(
      Containers containers,
      String container,
      int port,
      Relay relay,
      OwnedFolder folder,
      ServerSocketChannel entrance) {
    this.containers = containers;
    this.container = container;
    this.port = port;
    this.relay = relay;
    this.folder = folder;
    this.entrance = entrance;
  }

  /**
   * @param folder new, and for our user alone
   */
  static ContainerTunnel open(
      Containers containers, String container, int port, Relay relay, OwnedFolder folder)
      throws IOException {
    ServerSocketChannel entrance = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    entrance.bind(UnixDomainSocketAddress.of(folder.path().resolve(socket(port))));
    ContainerTunnel tunnel =
        new ContainerTunnel(containers, container, port, relay, folder, entrance);
    Doorkeeper doorkeeper = new Doorkeeper(entrance, tunnel::connect);
    Thread.ofVirtual().name("tunnel-" + container).start(doorkeeper::letIn);
    log.info("container={} port={} relay={} next=tunnel", container, port, relay.program());
    return tunnel;
  }

  /** The container may have been made anew from another image. */
  void use(Relay found) {
    relay = found;
  }

  /** Somebody may have cleaned up where it is. */
  boolean isThere() {
    return Files.exists(folder.path().resolve(socket(port)));
  }

  private static String socket(int port) {
    return ".s.PGSQL." + port;
  }

  /** What PostgreSQL's programs and its driver take for the host. */
  String host() {
    return folder.path().toString();
  }

  private void connect(SocketChannel client) {
    open.add(client);
    ExecListener listener = new ExecListener(bytes -> writeAll(client, bytes), () -> leave(client));
    try {
      FromClient input = new FromClient(client, () -> hangUp(client, listener));
      containers.run(container, relay.command(port), input, listener);
    } catch (RuntimeException e) {
      log.warn("container={} next=connection-closed {}", container, e.getMessage());
      leave(client);
    }
  }

  /**
   * The whole conversation ends: that its input has ended is not always passed on, and a command
   * that does not know it would keep its session in the database.
   */
  private void hangUp(SocketChannel client, ExecListener listener) {
    leave(client);
    try {
      listener.close();
    } catch (IOException e) {
      log.debug("a command in {} does not end: {}", container, e.toString());
    }
  }

  private static void writeAll(SocketChannel client, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  private void leave(SocketChannel client) {
    open.remove(client);
    try {
      client.close();
    } catch (IOException e) {
      log.debug("a connection into {} does not close: {}", container, e.toString());
    }
  }

  @Override
  public void close() {
    open.forEach(this::leave);
    retire();
  }

  /** Nobody comes in any more; who is in may stay. */
  void retire() {
    try {
      entrance.close();
      folder.remove();
    } catch (IOException e) {
      log.debug("{} stays behind: {}", folder, e.toString());
    }
  }

  /** What the client sends; a stream of {@code Channels} would keep writers waiting meanwhile. */
  private static final class FromClient extends InputStream {

    private final SocketChannel client;
    private final Runnable left;

    FromClient(SocketChannel client, Runnable left) {
      this.client = client;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = -1;
      try {
        count = client.read(ByteBuffer.wrap(target, offset, length));
      } catch (IOException _) {
        // As if it had left: one that dies before it has read all it was sent resets the
        // connection.
      }
      if (count < 0) {
        left.run();
      }
      return count;
    }
  }
}
