package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.FakeSlack;
import dev.fairlead.stack.Ports;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@DisplayName("Slack")
class SlackChannelTest {

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

  @Test
  @DisplayName(
      "Slack shows what, where, since when, what to do and a link, and calls nobody by accident")
  void slackText() throws Exception {
    assertThat(channels.slackHook(vendor.address()).deliver(Deliveries.of(NoticeKind.FIRED)))
        .isInstanceOf(Outcome.Delivered.class);
    String message = vendor.calls().getFirst().text();
    assertThat(message)
        .contains(
            "[critical] orders/production/http is degraded",
            "orders/production/http",
            "21 Nov 09:58:00 UTC",
            "What to do:",
            "http://console/alerts/",
            "&lt;!channel&gt; &amp; co")
        .doesNotContain("<!channel>");
    assertThat(text(Deliveries.of(NoticeKind.RESOLVED)))
        .contains("[resolved]", "2 min", "the target is healthy again")
        .doesNotContain("What to do");
    assertThat(text(Deliveries.of(NoticeKind.FIRED, NoticeKind.RESOLVED)))
        .contains("[fired and resolved]", "connection refused", "the target is healthy again");
  }

  @Test
  @DisplayName("Slack's own limits are kept, however long the texts are")
  void slackLimits() throws Exception {
    try (FakeSlack real = FakeSlack.start(Ports.free())) {
      Channel channel = channels.slackHook(real.webhook("ops"));
      Delivery delivery = Deliveries.saying("&".repeat(9_000), NoticeKind.FIRED);
      assertThat(channel.deliver(delivery)).isInstanceOf(Outcome.Delivered.class);
      assertThat(real.messages()).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | ok                                         | Delivered
          200 | {"ok":true,"ts":"1.2"}                     | Delivered
          200 | {"ok":false,"error":"internal_error"}      | Unavailable
          200 | {"ok":false,"error":"channel_is_archived"} | Refused
          400 | invalid_payload                            | Refused
          404 | no_service                                 | Refused
          500 | oops                                       | Unavailable
          503 | down                                       | Unavailable
          408 | slow                                       | Unavailable
          429 | rate_limited                               | Throttled
          302 | elsewhere                                  | Refused
          """)
  void slackAnswers(int status, String body, String outcome) throws Exception {
    vendor.in(Vendor.status(status, body));
    assertThat(
            channels
                .slackHook(vendor.address())
                .deliver(Deliveries.of(NoticeKind.FIRED))
                .getClass()
                .getSimpleName())
        .isEqualTo(outcome);
  }

  @Test
  @DisplayName("a bot's later messages answer in the thread of its first")
  void slackThread() throws Exception {
    vendor.in(Vendor.status(200, "{\"ok\":true,\"ts\":\"17.5\"}"));
    Channel bot = channels.slackBot(vendor.address());
    assertThat(bot.deliver(Deliveries.of(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Delivered("HTTP 200", "17.5"));
    bot.deliver(Deliveries.inThread("17.5", NoticeKind.RESOLVED));
    assertThat(vendor.calls())
        .allSatisfy(call -> assertThat(call.path()).isEqualTo("/chat.postMessage"));
    assertThat(vendor.calls().getLast().headers())
        .containsEntry("authorization", "Bearer xoxb-secret");
    JsonNode answer = vendor.calls().getLast().json();
    assertThat(answer.path("thread_ts").asString()).isEqualTo("17.5");
    assertThat(answer.path("reply_broadcast").asBoolean()).isTrue();
  }

  private String text(Delivery delivery) throws Exception {
    channels.slackHook(vendor.address()).deliver(delivery);
    return vendor.calls().getLast().text();
  }
}
