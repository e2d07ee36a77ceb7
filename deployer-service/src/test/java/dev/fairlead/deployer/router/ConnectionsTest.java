package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.runtime.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables as the kernel writes them on a machine of this byte order. */
@DisplayName("Of the kernel's table of connections")
class ConnectionsTest {

  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  private static final String ESTABLISHED = "01";
  private static final String TIME_WAIT = "06";
  private static final Address OLD = new Address("127.0.0.1", 20_001);
  private static final Address NEW = new Address("127.0.0.1", 20_002);
  private static final int OLD_PORT = 0x4E21;
  private static final int NEW_PORT = 0x4E22;
  private static final int PROXY = 33;

  @TempDir Path process;

  @BeforeEach
  void folder() throws IOException {
    Files.createDirectory(process.resolve("net"));
  }

  @Test
  @DisplayName("those count that are open, are the proxy's, and lead to an instance")
  void counted() throws IOException {
    write(
        "tcp",
        line(0, "0100007F", OLD_PORT, ESTABLISHED, PROXY),
        line(1, "0100007F", NEW_PORT, ESTABLISHED, PROXY),
        line(2, "0100007F", NEW_PORT, "08", PROXY),
        line(3, "0100007F", NEW_PORT, TIME_WAIT, PROXY),
        line(4, "0100007F", NEW_PORT, ESTABLISHED, 0),
        line(5, "0200007F", NEW_PORT, ESTABLISHED, PROXY),
        line(10_000, "0100007F", NEW_PORT, "02", PROXY));
    write("tcp6", line(0, "0000000000000000FFFF00000100007F", OLD_PORT, ESTABLISHED, PROXY));

    Connections proxys = Connections.read(process, true, Optional.of("33"), List.of(OLD, NEW));
    Connections all = Connections.read(process, false, Optional.empty(), List.of(OLD, NEW));

    assertThat(proxys.to(OLD)).isEqualTo(2);
    assertThat(proxys.to(NEW)).isEqualTo(3);
    assertThat(all.to(NEW)).isEqualTo(4);
    assertThat(all.to(OLD)).as("without sockets of IPv6").isEqualTo(1);
    assertThat(proxys.to(new Address("127.0.0.1", 20_003))).isZero();
  }

  @Test
  @DisplayName("one that is cut off in the middle of a line is read as far as it goes")
  void cutOff() throws IOException {
    Files.writeString(
        process.resolve("net/tcp"),
        HEAD + line(0, "0100007F", OLD_PORT, ESTABLISHED, PROXY) + "\n   1: 0100007F:9C40 010000");

    assertThat(Connections.read(process, false, Optional.empty(), List.of(OLD)).to(OLD))
        .isEqualTo(1);
  }

  private void write(String table, String... lines) throws IOException {
    Files.writeString(
        process.resolve("net").resolve(table), HEAD + String.join("\n", lines) + "\n");
  }

  private static String line(int number, String host, int port, String state, int user) {
    return "%4d: 0100007F:9C40 %s:%04X %s 00000000:00000000 00:00000000 00000000 %5d        0 %d 1 0000000000000000 20 4 30 10 -1"
        .formatted(number, host, port, state, user, 90_000_000 + number);
  }
}
