package dev.fairlead.backup.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection to the Docker engine that is closed as it is used")
class StaleConnectionTest {

  @Test
  @DisplayName("is no reason to say that the engine does not answer")
  void askedOnceMore() throws IOException {
    Neighbours.require("docker");
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      AtomicInteger connections = new AtomicInteger();
      Thread.ofVirtual().start(() -> accept(listener, connections));
      URI host = URI.create("tcp://127.0.0.1:" + listener.getLocalPort());
      Containers containers =
          Containers.of(
              DefaultDockerClientConfig.createDefaultConfigBuilder()
                  .withDockerHost(host.toString())
                  .build(),
              Duration.ofMinutes(1));

      BackupFailure failure =
          catchThrowableOfType(
              BackupFailure.class, () -> containers.addressOf("fairlead-no-such-container"));

      assertThat(failure.detail()).isEqualTo("there is no container fairlead-no-such-container");
      assertThat(connections).hasValueGreaterThan(1);
    }
  }

  /** The first is closed once it has brought something. */
  private static void accept(ServerSocket listener, AtomicInteger connections) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        boolean stale = connections.incrementAndGet() == 1;
        Thread.ofVirtual().start(() -> serve(client, stale));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void serve(Socket client, boolean stale) {
    try (client;
        SocketChannel engine = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      InputStream requests = client.getInputStream();
      if (stale) {
        requests.read();
        client.setSoLinger(true, 0);
        return;
      }
      engine.connect(UnixDomainSocketAddress.of("/var/run/docker.sock"));
      Thread answers = Thread.ofVirtual().start(() -> answer(engine, client));
      requests.transferTo(Channels.newOutputStream(engine));
      answers.join();
    } catch (IOException | InterruptedException _) {
      // the client has gone
    }
  }

  private static void answer(SocketChannel engine, Socket client) {
    try {
      OutputStream out = client.getOutputStream();
      Channels.newInputStream(engine).transferTo(out);
    } catch (IOException _) {
      // the client has gone
    }
  }
}
