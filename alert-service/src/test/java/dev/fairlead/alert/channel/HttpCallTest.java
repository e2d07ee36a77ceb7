package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A channel over HTTP")
class HttpCallTest {

  @TempDir Path folder;
  private ChannelsAtNow channels;
  private Vendor vendor;

  @BeforeEach
  void start() throws Exception {
    channels = new ChannelsAtNow(folder);
    vendor = new Vendor();
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  @ParameterizedTest(name = "Retry-After: {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0                             | 2026-11-21T10:00:00Z
          37                            | 2026-11-21T10:00:37Z
          Sat, 21 Nov 2026 10:01:40 GMT | 2026-11-21T10:01:40Z
          whenever                      | 2026-11-21T10:00:30Z
          """)
  void retryAfter(String header, Instant notBefore) throws Exception {
    vendor.in(Vendor.status(429, "", "Retry-After", header));
    for (Channel channel :
        List.of(
            channels.slackHook(vendor.address()),
            channels.pagerDuty(vendor.address()),
            channels.webhook(hook()))) {
      assertThat(channel.deliver(Deliveries.of(NoticeKind.FIRED)))
          .isInstanceOfSatisfying(
              Outcome.Throttled.class, it -> assertThat(it.notBefore()).isEqualTo(notBefore));
    }
    vendor.in(Vendor.status(503, "", "Retry-After", "9"));
    assertThat(channels.webhook(hook()).deliver(Deliveries.of(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("HTTP 503", Deliveries.NOW.plusSeconds(9)));
  }

  @Test
  @DisplayName(
      "a channel that hangs, drips, refuses the connection or has an unknown name is unavailable in time")
  void unreachable() throws Exception {
    long start = System.nanoTime();
    vendor.in(Vendor.hanging());
    assertThat(channels.slackHook(vendor.address()).deliver(Deliveries.of(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("no answer within 1 s", null));
    vendor.in(Vendor.dripping());
    assertThat(channels.slackHook(vendor.address()).deliver(Deliveries.of(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("no answer within 1 s", null));
    Outcome refused =
        channels
            .slackHook(URI.create("http://127.0.0.1:%d/secret-path".formatted(Ports.free())))
            .deliver(Deliveries.of(NoticeKind.FIRED));
    assertThat(refused)
        .isEqualTo(new Outcome.Unavailable("connection refused, or the name is unknown", null));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  private URI hook() {
    return vendor.address().resolve("/hook");
  }
}
