package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.channel.ChannelSettings.Email;
import dev.fairlead.stack.MailCatcher;
import dev.fairlead.stack.Ports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Email")
class EmailChannelTest {

  @TempDir Path folder;
  private ChannelsAtNow channels;

  @BeforeEach
  void start() {
    channels = new ChannelsAtNow(folder);
  }

  @Test
  @DisplayName("mails about an incident form a thread, and a mail sent again is the same mail")
  void mail() throws Exception {
    try (MailCatcher catcher = MailCatcher.start(Ports.free())) {
      Channel channel = channels.email(catcher.port(), Email.Tls.NONE);
      assertThat(channel.deliver(Deliveries.of(NoticeKind.FIRED)))
          .isInstanceOf(Outcome.Delivered.class);
      channel.deliver(Deliveries.of(NoticeKind.FIRED));
      channel.deliver(Deliveries.of(NoticeKind.RESOLVED));
      List<MailCatcher.Mail> mails = catcher.mails();
      assertThat(mails).hasSize(3);
      assertThat(mails.get(0).header("Message-ID"))
          .contains("<%s@fairlead.test>".formatted(Deliveries.KEY))
          .isEqualTo(mails.get(1).header("Message-ID"));
      assertThat(mails)
          .allSatisfy(
              mail -> {
                assertThat(mail.header("References"))
                    .contains("<incident-%s@fairlead.test>".formatted(Deliveries.INCIDENT));
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
      Outcome answer =
          channels.email(server.port(), Email.Tls.NONE).deliver(Deliveries.of(NoticeKind.FIRED));
      assertThat(answer.getClass().getSimpleName()).isEqualTo(outcome);
      assertThat(answer.detail()).contains(reply.substring(0, 3));
      assertThat(server.attempts()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "a mail server without the TLS that is required, or without an answer, is unavailable")
  void smtpDown() throws Exception {
    Outcome refused =
        channels.email(Ports.free(), Email.Tls.NONE).deliver(Deliveries.of(NoticeKind.FIRED));
    assertThat(refused).isInstanceOf(Outcome.Unavailable.class);
    try (SmtpServer server = new SmtpServer("250 ok")) {
      Channel channel = channels.email(server.port(), Email.Tls.STARTTLS);
      assertThat(channel.deliver(Deliveries.of(NoticeKind.FIRED)))
          .isInstanceOf(Outcome.Unavailable.class);
      assertThat(server.attempts()).as("nothing was said in the clear").isZero();
    }
  }
}
