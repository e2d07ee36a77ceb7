package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeSettingsTest {
  @TempDir Path folder;

  @Test
  void needsNothingButAToken() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    EdgeSettings settings = EdgeSettings.from(Map.of("FAIRLEAD_EDGE_TOKEN_FILE", token.toString()));
    assertThat(settings.bind()).isEqualTo("127.0.0.1");
    assertThat(settings.trafficPort()).isEqualTo(7180);
    assertThat(settings.adminPort()).isEqualTo(7181);
    assertThat(settings.token()).isEqualTo("0123456789abcdef");
    assertThat(settings.answerTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.accessLog()).isEmpty();
    assertThat(settings.tls()).isEmpty();
    assertThat(settings.adminBind()).isEqualTo("127.0.0.1");
    assertThat(settings.toString()).doesNotContain("0123456789abcdef");
  }

  @Test
  void opensTheAdminPortOnLoopbackAlsoWhereTrafficIsOpenToTheNetwork() {
    EdgeSettings settings =
        EdgeSettings.from(
            Map.of("FAIRLEAD_EDGE_TOKEN", "0123456789abcdef", "FAIRLEAD_EDGE_BIND", "0.0.0.0"));
    assertThat(settings.bind()).isEqualTo("0.0.0.0");
    assertThat(settings.adminBind()).isEqualTo("127.0.0.1");
  }

  @Test
  void reportsEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(
            () ->
                EdgeSettings.from(
                    Map.of(
                        "FAIRLEAD_EDGE_PORT", "70000",
                        "FAIRLEAD_EDGE_THREADS", "many",
                        "FAIRLEAD_EDGE_ACCESS_LOG", "yes",
                        "FAIRLEAD_EDGE_TLS_ONLY", "true",
                        "FAIRLEAD_EDGE_TOKEN_FILE", "/nowhere/token")))
        .hasMessageContaining(
            "FAIRLEAD_EDGE_PORT must be a whole number from 0 to 65535, but was '70000'")
        .hasMessageContaining("FAIRLEAD_EDGE_THREADS must be a whole number")
        .hasMessageContaining(
            "FAIRLEAD_EDGE_ACCESS_LOG must be off, stdout or a path with a slash, but was 'yes'")
        .hasMessageContaining("FAIRLEAD_EDGE_TLS_ONLY needs FAIRLEAD_EDGE_CERTIFICATES")
        .hasMessageContaining("FAIRLEAD_EDGE_TOKEN_FILE cannot be read");
    assertThatThrownBy(() -> EdgeSettings.from(Map.of()))
        .hasMessageContaining("FAIRLEAD_EDGE_TOKEN_FILE must name a file with the admin token");
  }
}
