package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Cable;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.DockerRuntime;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.PortRange;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Runtime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("For one look around")
class RuntimesTest {

  /** Far less than the minute that a single question to an engine that hangs takes. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final HostName ALPHA = new HostName("alpha");
  private static final HostName BETA = new HostName("beta");
  private static final HostName GAMMA = new HostName("gamma");

  @TempDir private Path folder;

  @Test
  @DisplayName("engines that hang are away at once, and the others are asked as ever")
  void hanging() throws IOException {
    try (Cable toAlpha = new Cable(1);
        Cable toBeta = new Cable(1)) {
      toAlpha.hang();
      toBeta.hang();
      Runtimes all =
          new Runtimes(
              new ForgetfulHost(),
              Map.of(ALPHA, engine(ALPHA, toAlpha), BETA, engine(BETA, toBeta), GAMMA, gamma()));

      assertTimeoutPreemptively(
          SOON,
          () -> {
            Runtimes now = all.answering(PATIENCE);
            assertThat(now.of(RuntimeKind.DOCKER, GAMMA).residents()).isEmpty();
            for (HostName host : new HostName[] {ALPHA, BETA}) {
              Runtime silent = now.of(RuntimeKind.DOCKER, host);
              assertThat(silent.reachability())
                  .isInstanceOf(Reachability.Unreachable.class)
                  .extracting(Reachability::description)
                  .asString()
                  .isEqualTo("host %s has not answered within PT2S".formatted(host));
              assertThatThrownBy(silent::residents).isInstanceOf(EngineAway.class);
            }
          });
    }
  }

  @Test
  @DisplayName("a host that is lost meanwhile is not waited for a second time")
  void lost() {
    ForgetfulHost host = gamma();
    Runtime now =
        new Runtimes(new ForgetfulHost(), Map.of(GAMMA, host))
            .answering(PATIENCE)
            .of(RuntimeKind.DOCKER, GAMMA);
    assertThat(now.residents()).isEmpty();
    host.loseAt(1, false);
    assertThatThrownBy(now::residents).isInstanceOf(EngineAway.class);
    host.comeBack();

    assertThatThrownBy(now::residents).isInstanceOf(EngineAway.class).hasMessage("it is away");
    assertThat(now.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  private static ForgetfulHost gamma() {
    return new ForgetfulHost();
  }

  private Runtime engine(HostName name, Cable cable) {
    return new DockerRuntime(
        DockerEngine.unguarded(
            name,
            URI.create("tcp://127.0.0.1:" + cable.port()),
            folder.resolve(name.value()),
            Engine.Door.LOOPBACK),
        PortRange.DEFAULT);
  }
}
