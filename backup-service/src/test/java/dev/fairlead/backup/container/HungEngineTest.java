package dev.fairlead.backup.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Its kernel accepts connections; nobody reads what they bring. */
@DisplayName("A Docker engine that lets in and never answers")
@Timeout(60)
class HungEngineTest {

  private static final Duration ANSWER = Duration.ofMillis(300);

  @TempDir Path folder;
  private @Nullable Closeable engine;

  @AfterEach
  void close() throws IOException {
    if (engine != null) {
      engine.close();
    }
  }

  @ParameterizedTest(name = "over {0}")
  @ValueSource(strings = {"tcp", "unix"})
  @DisplayName("makes a database in a container unreachable, and keeps nobody waiting")
  void unreachable(String scheme) throws IOException {
    Containers containers = Containers.of(silent(scheme), ANSWER);
    try (ContainerDatabases databases =
        new ContainerDatabases(() -> containers, new TunnelFolders(folder.resolve("tunnels")))) {

      BackupFailure failure =
          catchThrowableOfType(BackupFailure.class, () -> databases.host("docker:orders-db", 5432));

      assertThat(failure.reason()).isEqualTo(BackupFailureReason.DATABASE_UNREACHABLE);
      assertThat(failure.detail()).startsWith("the Docker engine does not answer");
    }
  }

  @ParameterizedTest(name = "over {0}")
  @ValueSource(strings = {"tcp", "unix"})
  @DisplayName("is given up as well when a session is to begin")
  void noSession(String scheme) throws IOException {
    Containers containers = Containers.of(silent(scheme), ANSWER);
    ExecListener listener = new ExecListener(bytes -> {}, () -> {});

    assertThatThrownBy(
            () ->
                containers.run(
                    "orders-db", List.of("true"), InputStream.nullInputStream(), listener))
        .isInstanceOf(RuntimeException.class);
  }

  private DockerClientConfig silent(String scheme) throws IOException {
    return DefaultDockerClientConfig.createDefaultConfigBuilder()
        .withDockerHost(scheme.equals("unix") ? "unix://" + socket() : "tcp://" + port())
        .build();
  }

  private Path socket() throws IOException {
    Path file = folder.resolve("engine.sock");
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    engine = listening.bind(UnixDomainSocketAddress.of(file));
    return file;
  }

  private String port() throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    engine = listening;
    return "127.0.0.1:" + listening.getLocalPort();
  }
}
