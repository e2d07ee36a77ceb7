package dev.fairlead.health.probe;

import static dev.fairlead.health.probe.Targets.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An HTTP probe")
class HttpProbeTest {

  private final Observer observer = new Observer();

  @AfterEach
  void close() {
    observer.close();
  }

  @Test
  @DisplayName("judges status and body; a redirect is an answer")
  void answers() throws Exception {
    try (Site site = new Site(0)) {
      assertThat(seen(http(site.at("/health")))).isEqualTo(Finding.up());
      assertThat(seen(http(site.at("/health?deep=1"), 200, "fine"))).isEqualTo(Finding.up());
      assertThat(seen(http(site.at("/moved"), 302, null))).isEqualTo(Finding.up());
      assertThat(seen(http(site.at("/broken"))))
          .isEqualTo(Finding.wrong(site.at("/broken") + " answered 500; expected 200"));
      assertThat(seen(http(site.at("/health"), 200, "perfect")))
          .isEqualTo(
              Finding.wrong(site.at("/health") + " answered 200 without 'perfect' in its body"));
    }
  }

  @Test
  @DisplayName("dials a name under .localhost at 127.0.0.1 and sends it as the host")
  void namesUnderLocalhost() throws Exception {
    try (Site site = new Site(0)) {
      String host = "orders.staging.localhost:" + site.port();
      assertThat(seen(http("http://%s/host".formatted(host), 200, host))).isEqualTo(Finding.up());
    }
  }

  @Test
  @DisplayName(
      "finds a server that dies down, one that hangs down in time, and one that is back up")
  void diesHangsComesBack() throws Exception {
    Site site = new Site(0);
    int port = site.port();
    HealthTarget target = http(site.at("/health"));
    assertThat(seen(target)).isEqualTo(Finding.up());
    site.close();
    assertThat(seen(target))
        .isEqualTo(
            Finding.silent("http://127.0.0.1:%d/health: connection refused".formatted(port)));
    try (ServerSocket hanging = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      long began = System.nanoTime();
      assertThat(seen(target)).isInstanceOf(Finding.Down.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
      assertThat(hanging.isBound()).isTrue();
    }
    try (Site again = new Site(port)) {
      assertThat(seen(target)).isEqualTo(Finding.up());
      assertThat(again.port()).isEqualTo(port);
    }
  }

  @Test
  @DisplayName("ends at its deadline when a body drips for ever")
  void drippingBody() throws Exception {
    try (Site site = new Site(0)) {
      long began = System.nanoTime();
      assertThat(seen(http(site.at("/drip"), 200, "never"))).isInstanceOf(Finding.Down.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }
  }

  /** A prober that itself stalled says so, and on a busy machine it does: then it looks again. */
  private Finding seen(HealthTarget target) throws InterruptedException {
    Finding finding = observer.ask(target);
    for (int again = 0; again < 5 && finding instanceof Finding.Unclear; again++) {
      finding = observer.ask(target);
    }
    return finding;
  }
}
