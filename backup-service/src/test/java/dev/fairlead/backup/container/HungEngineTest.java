package dev.fairlead.backup.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Its kernel accepts connections; nobody reads what they bring. */
@DisplayName("A Docker engine that lets in and never answers")
@Timeout(60)
class HungEngineTest {

  @TempDir Path folder;
  private ServerSocket engine;
  private Containers containers;

  @BeforeEach
  void listen() throws IOException {
    engine = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    containers =
        Containers.of(
            DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("tcp://127.0.0.1:" + engine.getLocalPort())
                .build(),
            Duration.ofMillis(300));
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  @Test
  @DisplayName("makes a database in a container unreachable, and keeps nobody waiting")
  void unreachable() {
    try (ContainerDatabases databases =
        new ContainerDatabases(() -> containers, new TunnelFolders(folder.resolve("tunnels")))) {

      BackupFailure failure =
          catchThrowableOfType(BackupFailure.class, () -> databases.host("docker:orders-db", 5432));

      assertThat(failure.reason()).isEqualTo(BackupFailureReason.DATABASE_UNREACHABLE);
      assertThat(failure.detail()).startsWith("the Docker engine does not answer");
    }
  }

  @Test
  @DisplayName("is given up as well when a session is to begin")
  void noSession() {
    ExecListener listener = new ExecListener(bytes -> {}, () -> {});

    RuntimeException failure =
        catchThrowableOfType(
            RuntimeException.class,
            () ->
                containers.run(
                    "orders-db", List.of("true"), InputStream.nullInputStream(), listener));

    assertThat(failure).hasRootCauseInstanceOf(SocketTimeoutException.class);
  }
}
