package dev.fairlead.deployer.router.nginx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fairlead.deployer.router.RouteState.Figures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of nginx's log of requests")
class RequestLogTest {

  private static final String A = "10.0.0.1:80";
  private static final String B = "10.0.0.2:80";

  private final Path file;
  private final RequestLog log;

  RequestLogTest(@TempDir Path folder) {
    this.file = folder.resolve("requests.log");
    this.log = new RequestLog(file);
  }

  @BeforeEach
  void create() throws IOException {
    Files.createFile(file);
  }

  @Test
  @DisplayName("each try is counted at the instance that it was made at")
  void tries() throws IOException {
    write(A + "|200|0.010\n");
    write(A + ", " + B + "|502, 200|0.001, 0.020\n");
    write(A + " : " + B + "|200 : 503|0.004 : 0.200\n");
    write(B + "|-|-\n");
    write("none of ours\n");

    assertThat(at(A)).isEqualTo("3 requests, 1 errors, 3 timed");
    assertThat(at(B)).isEqualTo("3 requests, 2 errors, 2 timed");
    assertThat(log.at(B).latencies().slowerThan(100)).isEqualTo(1);
  }

  @Test
  @DisplayName("a line is counted when it is whole, and once")
  void halfWritten() throws IOException {
    write(A + "|200|0.010\n" + A + "|50");
    assertThat(at(A)).isEqualTo("1 requests, 0 errors, 1 timed");

    write("0|0.010\n");
    assertThat(at(A)).isEqualTo("2 requests, 1 errors, 2 timed");
    assertThat(at(A)).isEqualTo("2 requests, 1 errors, 2 timed");
  }

  @Test
  @DisplayName("what was counted stays counted when the file is rotated")
  void rotated() throws IOException {
    write((A + "|200|0.010\n").repeat(3));
    assertThat(at(A)).startsWith("3 requests");

    Files.move(file, file.resolveSibling("requests.log.1"));
    create();
    write(A + "|200|0.010\n");

    assertThat(at(A)).startsWith("4 requests");
  }

  @Test
  @DisplayName("much is read at little cost, whatever stands in it")
  void cheap() throws IOException {
    String line = A + "|200|0.010\n";
    int lines = 50_000;
    write(line.repeat(lines) + "x".repeat(200_000) + "\n" + line);
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = memory.getCurrentThreadAllocatedBytes();

    assertThat(at(A)).startsWith(lines + 1 + " requests");

    long perLine = (memory.getCurrentThreadAllocatedBytes() - before) / lines;
    assertThat(perLine)
        .as("bytes of memory used up for a line of %d", line.length())
        .isLessThan(800);
  }

  private void write(String text) throws IOException {
    Files.write(file, text.getBytes(US_ASCII), StandardOpenOption.APPEND);
  }

  private String at(String address) {
    Figures figures = log.at(address);
    return "%d requests, %d errors, %d timed"
        .formatted(figures.requests(), figures.errors(), figures.latencies().total());
  }
}
