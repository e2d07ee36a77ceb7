package dev.fairlead.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a prober sees")
class SightTest {

  @TempDir Path folder;
  private final Observer observer = new Observer();

  @AfterEach
  void close() {
    observer.close();
  }

  @Test
  @DisplayName("is unclear where no name server answers")
  void names() throws Exception {
    try (var blind = new Sight(observer.pulse(), silentNameServer(), List.of());
        var other = new Prober(_ -> "", blind, Clock.systemUTC(), 10)) {
      assertThat(other.probe(Targets.http("http://orders.invalid/health")).finding())
          .isInstanceOf(Finding.Unclear.class)
          .extracting(finding -> ((Finding.Unclear) finding).reason())
          .asString()
          .startsWith("no name server answers this prober");
    }
  }

  private NameServers silentNameServer() throws IOException {
    Path configuration =
        Files.writeString(folder.resolve("resolv.conf"), "# test\nnameserver 127.0.0.1\n");
    return new NameServers(configuration, Ports.free(), Duration.ofMillis(200));
  }

  @Test
  @DisplayName("proves nobody down while its process stalls, unless they answered")
  void stalled() {
    Finding.Down failure = (Finding.Down) Finding.silent("no answer within 1000 ms");
    observer.pulse().close();
    long began = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(observer.sight().impairment(failure, "127.0.0.1:1", began))
                    .get()
                    .asString()
                    .startsWith("this prober stalled for"));
    Finding.Down answered = (Finding.Down) Finding.wrong("answered 500");
    assertThat(observer.sight().impairment(answered, "127.0.0.1:1", began)).isEmpty();
  }

  @Test
  @DisplayName("is nothing while all anchors are silent: then its own network is at fault")
  void anchors() throws Exception {
    Finding.Down failure = (Finding.Down) Finding.silent("refused");
    var nobody = InetSocketAddress.createUnresolved("127.0.0.1", Ports.free());
    try (var lost = new Sight(observer.pulse(), new NameServers(), List.of(nobody))) {
      assertThat(lost.impairment(failure, "http://192.0.2.1/health", System.nanoTime()))
          .isPresent();
      assertThat(lost.impairment(failure, "http://127.0.0.1/health", System.nanoTime()))
          .as("on this machine no network is needed")
          .isEmpty();
    }
  }
}
