package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a container wrote and uses")
class ContainerOutputTest {

  private static final InstanceId NOBODY = new InstanceId("nobody");

  @TempDir private Path folder;

  @Test
  @DisplayName("is not taken for nothing when the engine does not send it in time")
  void late() throws IOException {
    try (Cable cable = new Cable(1)) {
      cable.hang();
      Engine engine =
          DockerEngine.unguarded(
              new HostName("beta"),
              URI.create("tcp://127.0.0.1:" + cable.port()),
              folder,
              Engine.Door.LOOPBACK);
      ContainerOutput output = new ContainerOutput(engine, Duration.ofMillis(200));

      assertThatThrownBy(() -> output.log(NOBODY, 10))
          .isInstanceOf(EngineAway.class)
          .hasMessage(
              "the Docker Engine of host beta has not sent the log of instance nobody within"
                  + " PT0.2S");
      assertThatThrownBy(() -> output.usage(NOBODY)).isInstanceOf(EngineAway.class);
    }
  }

  @Test
  @DisplayName("is not taken for nothing when the container is gone")
  void gone() {
    BusyboxImages.engine();
    ContainerOutput output = new ContainerOutput(DockerEngine.local(Optional.empty(), folder));

    assertThat(output.log(NOBODY, 10)).isEmpty();
    assertThat(output.usage(NOBODY)).isEmpty();
  }
}
