package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Severity;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.Ports;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("PagerDuty")
class PagerDutyChannelTest {

  @TempDir Path folder;
  private ChannelsAtNow channels;

  @BeforeEach
  void start() {
    channels = new ChannelsAtNow(folder);
  }

  @ParameterizedTest
  @EnumSource(Severity.class)
  @DisplayName(
      "PagerDuty accepts every severity, and one incident stays one however often it is triggered")
  void pagerduty(Severity severity) throws Exception {
    try (FakePagerDuty real = FakePagerDuty.start(Ports.free())) {
      Channel channel = channels.pagerDuty(real.address());
      Delivery fired = Deliveries.of(severity, "x".repeat(5_000), null, NoticeKind.FIRED);
      assertThat(channel.deliver(fired)).isInstanceOf(Outcome.Delivered.class);
      assertThat(channel.deliver(fired)).isInstanceOf(Outcome.Delivered.class);
      assertThat(real.incidents()).hasSize(1);
      assertThat(real.incidents().getFirst().dedupKey()).isEqualTo(Deliveries.INCIDENT.toString());
      channel.deliver(Deliveries.of(NoticeKind.ACKNOWLEDGED));
      assertThat(real.incidents().getFirst().state()).isEqualTo("acknowledged");
      channel.deliver(Deliveries.of(NoticeKind.RESOLVED));
      assertThat(real.incidents().getFirst().state()).isEqualTo("resolved");
    }
  }

  @Test
  @DisplayName("PagerDuty learns of what was over before it could be told, and wakes nobody for it")
  void pagerdutyCombined() throws Exception {
    try (FakePagerDuty real = FakePagerDuty.start(Ports.free())) {
      channels
          .pagerDuty(real.address())
          .deliver(Deliveries.of(NoticeKind.FIRED, NoticeKind.RESOLVED));
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
}
