package dev.fairlead.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.DockerRuntime;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.PortRange;
import dev.fairlead.deployer.runtime.Reachability;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Docker host of the settings")
class DockerConnectionTest {

  @TempDir private Path folder;

  @Test
  @DisplayName("whose certificate has expired is away and says so, and the deployer starts")
  void expired() throws Exception {
    Authority authority = new Authority("harbour master");
    Path certificates =
        authority.issue(folder.resolve("tls"), authority, "127.0.0.1", Duration.ofDays(-1));

    assertThat(reachability(certificates))
        .isInstanceOf(Reachability.Unreachable.class)
        .extracting(Reachability::description)
        .asString()
        .contains(
            "the Docker Engine of host alpha could not be asked to tell its version",
            "tls/cert.pem has expired at ",
            "have a new one signed");
  }

  @Test
  @DisplayName("whose certificates are not there is away and says which file")
  void absent() {
    assertThat(reachability(folder.resolve("nowhere")).description())
        .contains("nowhere/ca.pem is missing or unreadable");
  }

  @Test
  @DisplayName("that would be asked without TLS is refused at the start, with the setting")
  void unprotected() {
    assertThatThrownBy(() -> engine(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("fairlead.deployer.docker-hosts.alpha.certificates is missing");
  }

  private Reachability reachability(Path certificates) {
    return new DockerRuntime(engine(certificates), PortRange.DEFAULT).reachability();
  }

  private Engine engine(@Nullable Path certificates) {
    return new DockerConnection(
            URI.create("tcp://127.0.0.1:1"), certificates, "127.0.0.2", "127.0.0.2")
        .engine("alpha", folder, Clock.systemUTC());
  }
}
