package dev.fairlead.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.stack.Ports;
import java.net.ServerSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A TCP probe")
class TcpProbeTest {

  @Test
  @DisplayName("finds an open port up and a closed one down")
  void openAndClosed() throws Exception {
    int port = Ports.free();
    HealthTarget target = Targets.tcp("127.0.0.1:" + port);
    try (Observer observer = new Observer()) {
      assertThat(observer.ask(target))
          .isEqualTo(Finding.silent("127.0.0.1:%d: connection refused".formatted(port)));
      try (ServerSocket open = new ServerSocket(port)) {
        assertThat(observer.ask(target)).isEqualTo(Finding.up());
        assertThat(open.isBound()).isTrue();
      }
    }
  }
}
