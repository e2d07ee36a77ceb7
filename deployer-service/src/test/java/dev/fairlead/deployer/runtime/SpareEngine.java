package dev.fairlead.deployer.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A second Docker Engine on this machine, with images, containers and networks of its own, that
 * listens on TCP with mutual TLS: what an engine of another host looks like from the deployer.
 */
public final class SpareEngine implements AutoCloseable {

  /** The second numbers of the networks 10.x that this machine is taken not to use. */
  private static final int FIRST_NETWORK = 130;

  private static final int LAST_NETWORK = 249;

  /** One after the other: two engines with one network would take each other's packets. */
  private static final AtomicInteger NETWORKS =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST_NETWORK, LAST_NETWORK));

  private final Path folder;
  private final int port;
  private final int network;
  private final String bridge;
  private final List<String> command;
  private final DockerClient client;
  private Process daemon;

  private SpareEngine(Path folder, int port, int network, String bridge, List<String> command)
      throws IOException {
    this.folder = folder;
    this.port = port;
    this.network = network;
    this.bridge = bridge;
    this.command = command;
    this.client = DockerEngine.connect(Optional.of(URI.create("unix://" + folder.resolve("s"))));
    this.daemon = run();
  }

  /**
   * One that is told of pools and finds a network of a former life takes away {@code docker0},
   * which is another engine's (moby, daemon_unix.go: removeDefaultBridgeInterface): only an engine
   * without a former life is told. When it is restarted, networks come from its usual addresses.
   */
  private Process run() throws IOException {
    List<String> command = new ArrayList<>(this.command);
    if (Files.notExists(folder.resolve("data"))) {
      command.add("--default-address-pool=base=10.%d.0.0/16,size=24".formatted(network));
    }
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> started.isAlive() && client.pingCmd().exec() == null);
    } catch (ConditionTimeoutException e) {
      started.destroyForcibly();
      throw e;
    }
    return started;
  }

  /** As its package's upgrade does: its containers end, and begin again with it. */
  public void restart() throws IOException {
    end();
    daemon = run();
  }

  /**
   * Skips the test where no engine can be started: that takes root and its programs.
   *
   * @param folder for all of its state
   * @param trusted who signs the certificates of its users
   */
  public static SpareEngine start(Path folder, Authority authority, Authority trusted)
      throws IOException {
    return start(folder, authority, trusted, "127.0.0.1");
  }

  /**
   * @param address that its certificate is for
   */
  static SpareEngine start(Path folder, Authority authority, Authority trusted, String address)
      throws IOException {
    Neighbours.require("docker", "dockerd", "busybox", "ip");
    Neighbours.require(
        "root", "root".equals(System.getProperty("user.name")), "an engine of its own takes root");
    Path certificates =
        authority.issue(folder.resolve("tls"), trusted, address, Duration.ofDays(1));
    int port = freePort();
    int network = NETWORKS.updateAndGet(last -> last == LAST_NETWORK ? FIRST_NETWORK : last + 1);
    String bridge = bridge(port, network);
    Path socket = folder.resolve("s");
    List<String> command =
        List.of(
            "dockerd",
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("x"),
            "--pidfile=" + folder.resolve("pid"),
            "--host=tcp://127.0.0.1:" + port,
            "--host=unix://" + socket,
            "--tlsverify",
            "--tlscacert=" + certificates.resolve("ca.pem"),
            "--tlscert=" + certificates.resolve("cert.pem"),
            "--tlskey=" + certificates.resolve("key.pem"),
            // nothing of this machine's network is touched but bridges of its own
            "--bridge=" + bridge,
            "--iptables=false",
            "--ip6tables=false");
    try {
      return new SpareEngine(folder, port, network, bridge, command);
    } catch (ConditionTimeoutException | IOException e) {
      ip("link", "delete", bridge);
      throw e;
    }
  }

  /** With {@code --bridge=none} the daemon would take away the bridge of the engine beside it. */
  private static String bridge(int port, int network) throws IOException {
    String name = "spare" + port;
    ip("link", "add", "name", name, "type", "bridge");
    ip("address", "add", "10.%d.255.1/24".formatted(network), "dev", name);
    ip("link", "set", name, "up");
    return name;
  }

  private static void ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("%s: %s".formatted(String.join(" ", command), said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  /** Past all TLS, for the test's own questions. */
  public DockerClient client() {
    return client;
  }

  /** What the deployer would have of it. */
  public Engine reached(String name, Path certificates, Path state) {
    return DockerEngine.remote(
        new HostName(name),
        URI.create("tcp://127.0.0.1:" + port),
        new CurrentCertificates(new Certificates(certificates), Clock.systemUTC()),
        state,
        new Engine.Door("127.0.0.2", "127.0.0.2", false));
  }

  @Override
  public void close() throws IOException {
    List<Container> left = client.listContainersCmd().withShowAll(true).exec();
    left.forEach(one -> client.removeContainerCmd(one.getId()).withForce(true).exec());
    // a bridge would outlive its engine
    client.listNetworksCmd().exec().stream()
        .filter(network -> network.getName().startsWith("fairlead-"))
        .map(Network::getId)
        .forEach(id -> client.removeNetworkCmd(id).exec());
    end();
    ip("link", "delete", bridge);
    Files.deleteIfExists(folder.resolve("s"));
  }

  private void end() {
    daemon.destroy();
    try {
      if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
        daemon.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
