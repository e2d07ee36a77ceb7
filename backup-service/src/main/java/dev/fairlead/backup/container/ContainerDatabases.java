package dev.fairlead.backup.container;

import dev.fairlead.backup.BackupFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where databases in containers are reached: nothing of them need be published. */
public final class ContainerDatabases implements AutoCloseable {

  /** Of a manifest's host, before the name of the container. */
  public static final String PREFIX = "docker:";

  private static final int CONNECT_MILLIS = 1_000;

  private final Supplier<Containers> connect;
  private final TunnelFolders folders;
  private @Nullable Containers engine;
  private final Map<Place, ContainerTunnel> tunnels = new HashMap<>();

  private record Place(String container, int port) {}

  ContainerDatabases(Supplier<Containers> connect, TunnelFolders folders) {
    this.connect = connect;
    this.folders = folders;
  }

  /**
   * Those of the engine that {@code DOCKER_HOST} names, or of this machine's.
   *
   * @param tunnels a folder of this service where the sockets of tunnels are; made when needed
   */
  public static ContainerDatabases ofThisMachine(Path tunnels) {
    return new ContainerDatabases(Containers::ofThisMachine, new TunnelFolders(tunnels));
  }

  /**
   * Its own address where that leads to it, else a tunnel that stays until this is closed.
   * Addresses change with each start of a container, so this is asked before each use.
   *
   * @param host {@code docker:} and the name of a container
   * @return what the driver and PostgreSQL's programs take for the host
   * @throws BackupFailure when it cannot be reached in either way
   */
  public String host(String host, int port) {
    String container = host.substring(PREFIX.length());
    Containers containers = engine();
    return containers
        .addressOf(container)
        .filter(address -> containers.local() && answers(address, port))
        .orElseGet(() -> tunnel(containers, new Place(container, port)).host());
  }

  /** Looked for only where a manifest names a container. */
  private synchronized Containers engine() {
    if (engine == null) {
      engine = connect.get();
    }
    return engine;
  }

  private static boolean answers(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private synchronized ContainerTunnel tunnel(Containers containers, Place place) {
    Relay relay = new Knock(containers, place.container(), place.port()).answeredRelay();
    ContainerTunnel known = tunnels.get(place);
    if (known != null && known.isThere()) {
      known.use(relay);
      return known;
    }
    if (known != null) {
      known.retire();
    }
    try {
      ContainerTunnel made =
          ContainerTunnel.open(containers, place.container(), place.port(), relay, folders.fresh());
      tunnels.put(place, made);
      return made;
    } catch (IOException e) {
      throw Containers.unreachable(
          "no way into container %s can be made: %s".formatted(place.container(), e), e);
    }
  }

  @Override
  public synchronized void close() {
    tunnels.values().forEach(ContainerTunnel::close);
    tunnels.clear();
  }
}
