package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import org.junit.jupiter.api.Test;

class MailCatcherTest {

  @Test
  void showsWhatArrived() {
    try (MailCatcher catcher = MailCatcher.start(Ports.free())) {
      GreenMailUtil.sendTextEmail(
          "oncall@example.org",
          "fairlead@example.org",
          "orders is degraded",
          "3 of 3 probes failed",
          new ServerSetup(catcher.port(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
      assertThat(catcher.mails())
          .singleElement()
          .satisfies(
              mail -> {
                assertThat(mail.from()).isEqualTo("fairlead@example.org");
                assertThat(mail.to()).containsExactly("oncall@example.org");
                assertThat(mail.subject()).isEqualTo("orders is degraded");
                assertThat(mail.body()).contains("3 of 3 probes failed");
                assertThat(mail.header("subject")).hasValue("orders is degraded");
              });
      catcher.clear();
      assertThat(catcher.mails()).isEmpty();
    }
  }
}
