package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The engine beside the deployer")
class DockerEngineTest {

  @Test
  @DisplayName("is noted, as it is by now, for who stops containers while the deployer is away")
  void noted(@TempDir Path folder) {
    for (String address : new String[] {"unix:///nowhere/a.sock", "tcp://127.0.0.1:1"}) {
      DockerEngine.local(Optional.of(URI.create(address)), folder);

      assertThat(folder.resolve("engine")).hasContent(address);
    }
  }
}
