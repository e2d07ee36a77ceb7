package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.channel.ChannelSettings.Email;
import dev.fairlead.alert.channel.ChannelSettings.PagerDuty;
import dev.fairlead.alert.channel.ChannelSettings.Slack;
import dev.fairlead.alert.channel.ChannelSettings.Webhook;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.NotificationId;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.FakeSlack;
import dev.fairlead.stack.MailCatcher;
import dev.fairlead.stack.Ports;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("A channel")
class ChannelTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final NotificationId KEY =
      NotificationId.of("0199aaaa-0000-7000-8000-00000000000a");
  private static final IncidentId INCIDENT = IncidentId.of("0199aaaa-0000-7000-8000-00000000000b");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private Vendor vendor;

  @BeforeEach
  void start() throws Exception {
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
    assertThat(slack().deliver(delivery(NoticeKind.FIRED))).isInstanceOf(Outcome.Delivered.class);
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
    assertThat(text(delivery(NoticeKind.RESOLVED)))
        .contains("[resolved]", "2 min", "the target is healthy again")
        .doesNotContain("What to do");
    assertThat(text(delivery(NoticeKind.FIRED, NoticeKind.RESOLVED)))
        .contains("[fired and resolved]", "connection refused", "the target is healthy again");
  }

  @Test
  @DisplayName("Slack's own limits are kept, however long the texts are")
  void slackLimits() throws Exception {
    try (FakeSlack real = FakeSlack.start(Ports.free())) {
      Channel channel = slackAt(real.webhook("ops"));
      Delivery delivery = delivery("&".repeat(9_000), NoticeKind.FIRED);
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
    assertThat(slack().deliver(delivery(NoticeKind.FIRED)).getClass().getSimpleName())
        .isEqualTo(outcome);
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
    for (Channel channel : List.of(slack(), pagerduty(vendor.address()), webhook())) {
      assertThat(channel.deliver(delivery(NoticeKind.FIRED)))
          .isInstanceOfSatisfying(
              Outcome.Throttled.class, it -> assertThat(it.notBefore()).isEqualTo(notBefore));
    }
    vendor.in(Vendor.status(503, "", "Retry-After", "9"));
    assertThat(webhook().deliver(delivery(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("HTTP 503", NOW.plusSeconds(9)));
  }

  @Test
  @DisplayName("a bot's later messages answer in the thread of its first")
  void slackThread() throws Exception {
    vendor.in(Vendor.status(200, "{\"ok\":true,\"ts\":\"17.5\"}"));
    Channel bot =
        channel(
            settings(
                new Slack(null, secret("xoxb-secret"), "#ops", vendor.address()),
                null,
                null,
                null));
    assertThat(bot.deliver(delivery(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Delivered("HTTP 200", "17.5"));
    bot.deliver(inThread("17.5", delivery(NoticeKind.RESOLVED)));
    assertThat(vendor.calls())
        .allSatisfy(call -> assertThat(call.path()).isEqualTo("/chat.postMessage"));
    assertThat(vendor.calls().getLast().headers())
        .containsEntry("authorization", "Bearer xoxb-secret");
    JsonNode answer = vendor.calls().getLast().json();
    assertThat(answer.path("thread_ts").asString()).isEqualTo("17.5");
    assertThat(answer.path("reply_broadcast").asBoolean()).isTrue();
  }

  @Test
  @DisplayName(
      "a channel that hangs, drips, refuses the connection or has an unknown name is unavailable in time")
  void unreachable() throws Exception {
    long start = System.nanoTime();
    vendor.in(Vendor.hanging());
    assertThat(slack().deliver(delivery(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("no answer within 1 s", null));
    vendor.in(Vendor.dripping());
    assertThat(slack().deliver(delivery(NoticeKind.FIRED)))
        .isEqualTo(new Outcome.Unavailable("no answer within 1 s", null));
    Outcome refused =
        slackAt(URI.create("http://127.0.0.1:%d/secret-path".formatted(Ports.free())))
            .deliver(delivery(NoticeKind.FIRED));
    assertThat(refused)
        .isEqualTo(new Outcome.Unavailable("connection refused, or the name is unknown", null));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @ParameterizedTest
  @EnumSource(Severity.class)
  @DisplayName(
      "PagerDuty accepts every severity, and one incident stays one however often it is triggered")
  void pagerduty(Severity severity) throws Exception {
    try (FakePagerDuty real = FakePagerDuty.start(Ports.free())) {
      Channel channel = pagerduty(real.address());
      Delivery fired = with(severity, delivery("x".repeat(5_000), NoticeKind.FIRED));
      assertThat(channel.deliver(fired)).isInstanceOf(Outcome.Delivered.class);
      assertThat(channel.deliver(fired)).isInstanceOf(Outcome.Delivered.class);
      assertThat(real.incidents()).hasSize(1);
      assertThat(real.incidents().getFirst().dedupKey()).isEqualTo(INCIDENT.toString());
      channel.deliver(delivery(NoticeKind.ACKNOWLEDGED));
      assertThat(real.incidents().getFirst().state()).isEqualTo("acknowledged");
      channel.deliver(delivery(NoticeKind.RESOLVED));
      assertThat(real.incidents().getFirst().state()).isEqualTo("resolved");
    }
  }

  @Test
  @DisplayName("PagerDuty learns of what was over before it could be told, and wakes nobody for it")
  void pagerdutyCombined() throws Exception {
    try (FakePagerDuty real = FakePagerDuty.start(Ports.free())) {
      pagerduty(real.address()).deliver(delivery(NoticeKind.FIRED, NoticeKind.RESOLVED));
      assertThat(real.incidents())
          .singleElement()
          .satisfies(
              incident -> {
                assertThat(incident.state()).isEqualTo("resolved");
                assertThat(incident.severity()).isEqualTo("info");
                assertThat(incident.summary()).startsWith("[fired and resolved]");
              });
    }
  }

  @Test
  @DisplayName("a webhook is signed, and sent again it has the same id")
  void webhookSignature() throws Exception {
    webhook().deliver(delivery(NoticeKind.FIRED));
    webhook().deliver(delivery(NoticeKind.FIRED));
    Vendor.Call call = vendor.calls().getFirst();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("the-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update("%s.%s.".formatted(KEY, NOW.getEpochSecond()).getBytes(StandardCharsets.UTF_8));
    assertThat(call.headers())
        .containsEntry("webhook-id", KEY.toString())
        .containsEntry("idempotency-key", KEY.toString())
        .containsEntry(
            "webhook-signature",
            "v1," + Base64.getEncoder().encodeToString(mac.doFinal(call.body())));
    assertThat(call.json().path("notices").get(0).asString()).isEqualTo("fired");
    assertThat(call.json().path("alert").path("incident").asString())
        .isEqualTo(INCIDENT.toString());
    assertThat(vendor.calls().getLast().headers().get("idempotency-key"))
        .isEqualTo(call.headers().get("idempotency-key"));
  }

  @Test
  @DisplayName("mails about an incident form a thread, and a mail sent again is the same mail")
  void mail() throws Exception {
    try (MailCatcher catcher = MailCatcher.start(Ports.free())) {
      Channel channel = mailAt(catcher.port());
      assertThat(channel.deliver(delivery(NoticeKind.FIRED))).isInstanceOf(Outcome.Delivered.class);
      channel.deliver(delivery(NoticeKind.FIRED));
      channel.deliver(delivery(NoticeKind.RESOLVED));
      List<MailCatcher.Mail> mails = catcher.mails();
      assertThat(mails).hasSize(3);
      assertThat(mails.get(0).header("Message-ID"))
          .contains("<%s@fairlead.test>".formatted(KEY))
          .isEqualTo(mails.get(1).header("Message-ID"));
      assertThat(mails)
          .allSatisfy(
              mail -> {
                assertThat(mail.header("References"))
                    .contains("<incident-%s@fairlead.test>".formatted(INCIDENT));
                assertThat(mail.header("Auto-Submitted")).contains("auto-generated");
              });
      assertThat(mails.get(0).body())
          .contains("connection refused", "Since", "What to do:", "http://console/alerts/");
      assertThat(mails.get(2).body()).contains("Lasted    2 min");
    }
  }

  @ParameterizedTest(name = "an SMTP server that says {0} makes the mail {1}")
  @CsvSource({"550 no such user, Refused", "451 try later, Unavailable", "552 too big, Refused"})
  void smtp(String reply, String outcome) throws Exception {
    try (SmtpServer server = new SmtpServer(reply)) {
      Outcome answer = mailAt(server.port()).deliver(delivery(NoticeKind.FIRED));
      assertThat(answer.getClass().getSimpleName()).isEqualTo(outcome);
      assertThat(answer.detail()).contains(reply.substring(0, 3));
      assertThat(server.attempts()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "a mail server without the TLS that is required, or without an answer, is unavailable")
  void smtpDown() throws Exception {
    Outcome refused = mailAt(Ports.free()).deliver(delivery(NoticeKind.FIRED));
    assertThat(refused).isInstanceOf(Outcome.Unavailable.class);
    try (SmtpServer server = new SmtpServer("250 ok")) {
      Email email =
          new Email(
              "127.0.0.1",
              server.port(),
              Email.Tls.STARTTLS,
              "a@fairlead.test",
              List.of("b@fairlead.test"),
              null,
              null);
      assertThat(channel(settings(null, email, null, null)).deliver(delivery(NoticeKind.FIRED)))
          .isInstanceOf(Outcome.Unavailable.class);
      assertThat(server.attempts()).as("nothing was said in the clear").isZero();
    }
  }

  private String text(Delivery delivery) throws Exception {
    slack().deliver(delivery);
    return vendor.calls().getLast().text();
  }

  private Channel slack() throws Exception {
    return slackAt(vendor.address());
  }

  private Channel slackAt(URI url) throws Exception {
    return channel(
        settings(
            new Slack(secret(url.toString()), null, null, URI.create("http://unused")),
            null,
            null,
            null));
  }

  private Channel pagerduty(URI url) throws Exception {
    PagerDuty pagerduty = new PagerDuty(secret(FakePagerDuty.routingKey()), url);
    return channel(settings(null, null, pagerduty, null));
  }

  private Channel webhook() throws Exception {
    Webhook webhook = new Webhook(secret(vendor.address() + "/hook"), secret("the-key"), "bridge");
    return channel(settings(null, null, null, webhook));
  }

  private Channel mailAt(int port) {
    Email email =
        new Email(
            "127.0.0.1",
            port,
            Email.Tls.NONE,
            "a@fairlead.test",
            List.of("b@fairlead.test"),
            null,
            null);
    return channel(settings(null, email, null, null));
  }

  private static Channel channel(ChannelSettings settings) {
    return new Channels(Secrets.ofThisProcess(), Clock.fixed(NOW, ZoneOffset.UTC), JSON)
        .of(settings);
  }

  private static ChannelSettings settings(
      @Nullable Slack slack,
      @Nullable Email email,
      @Nullable PagerDuty pagerduty,
      @Nullable Webhook webhook) {
    return new ChannelSettings(slack, email, pagerduty, webhook, null, null, Duration.ofSeconds(1));
  }

  private SecretReference secret(String value) throws Exception {
    Path file = Files.createTempFile(folder, "secret", "");
    Files.writeString(file, value);
    return new SecretReference("secret:file:" + file);
  }

  private static Delivery delivery(NoticeKind... notices) {
    return delivery("connection refused <!channel> & co", notices);
  }

  private static Delivery delivery(String summary, NoticeKind... notices) {
    boolean over = List.of(notices).contains(NoticeKind.RESOLVED);
    Bulletin bulletin =
        new Bulletin(
            AlertId.of("0199aaaa-0000-7000-8000-00000000000c"),
            INCIDENT,
            Severity.CRITICAL,
            "health-degraded",
            new Words("orders/production/http is degraded", summary, "Look."),
            Labels.of(Map.of("target", "orders/production/http")),
            NOW.minusSeconds(120),
            null,
            over ? NOW : null,
            over ? "the target is healthy again" : null,
            "http://console/alerts/1");
    return new Delivery(KEY, List.of(notices), bulletin, null, false, NOW);
  }

  private static Delivery inThread(String thread, Delivery delivery) {
    return new Delivery(
        delivery.key(), delivery.notices(), delivery.bulletin(), thread, false, NOW);
  }

  private static Delivery with(Severity severity, Delivery delivery) {
    Bulletin it = delivery.bulletin();
    Bulletin bulletin =
        new Bulletin(
            it.alert(),
            it.incident(),
            severity,
            it.cause(),
            it.words(),
            it.labels(),
            it.since(),
            null,
            null,
            null,
            it.link());
    return new Delivery(delivery.key(), delivery.notices(), bulletin, null, false, NOW);
  }
}
