package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead doctor")
class DoctorTest {

  private static final int EDGE_PORT = 7180;

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("--json is one document of findings, and the exit code says whether one is missing")
  void json() throws IOException {
    int port = IntStream.range(41_000, 42_000).filter(Ports::isFree).findFirst().orElseThrow();
    try (ServerSocket inTheWay = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      int offset = inTheWay.getLocalPort() - EDGE_PORT;
      fairlead.with("FAIRLEAD_PORT_OFFSET", Integer.toString(offset));

      Result result = fairlead.run("doctor", "--json");

      List<Json> findings = Json.parse(result.out()).at("findings").elements();
      assertThat(findings)
          .extracting(finding -> finding.text("what"))
          .contains("JDK", "PostgreSQL server", "Docker", "disk", "ports");
      assertThat(findings)
          .extracting(finding -> finding.text("grade"))
          .isSubsetOf("ok", "optional", "missing");
      assertThat(findings)
          .filteredOn(finding -> finding.text("what").equals("ports"))
          .singleElement()
          .satisfies(
              ports ->
                  assertThat(ports.text("advice"))
                      .contains(inTheWay.getLocalPort() + " (edge) by java"));
      assertThat(result.exit()).isEqualTo(Exit.FAILED);
      assertThat(result.err()).isEmpty();
    }
  }
}
