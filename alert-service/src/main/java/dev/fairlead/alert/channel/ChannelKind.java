package dev.fairlead.alert.channel;

import static dev.fairlead.alert.channel.NoticeKind.ACKNOWLEDGED;
import static dev.fairlead.alert.channel.NoticeKind.FIRED;
import static dev.fairlead.alert.channel.NoticeKind.REMINDER;
import static dev.fairlead.alert.channel.NoticeKind.RESOLVED;
import static dev.fairlead.alert.channel.NoticeKind.WORSENED;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** The kinds of channels, with what each wants to hear and how fast it may be spoken to. */
public enum ChannelKind {
  /** Slack stores no more than one message a second and channel; more risks the app. */
  SLACK(Set.of(FIRED, WORSENED, REMINDER, RESOLVED), new Rate(1, Duration.ofMillis(1_100))),
  EMAIL(Set.of(FIRED, WORSENED, REMINDER, RESOLVED), new Rate(10, Duration.ofSeconds(2))),
  /**
   * PagerDuty reminds and escalates by itself. It takes about 120 calls a minute and key over a
   * sliding window; a combined notice is two calls.
   */
  PAGERDUTY(Set.of(FIRED, WORSENED, ACKNOWLEDGED, RESOLVED), new Rate(20, Duration.ofSeconds(20))),
  WEBHOOK(
      Set.of(FIRED, WORSENED, REMINDER, ACKNOWLEDGED, RESOLVED),
      new Rate(50, Duration.ofSeconds(1)));

  private final Set<NoticeKind> heard;
  private final Rate rate;

  ChannelKind(Set<NoticeKind> heard, Rate rate) {
    this.heard = heard;
    this.rate = rate;
  }

  public boolean hears(NoticeKind notice) {
    return heard.contains(notice);
  }

  /** Whether its vendor keeps one entry for all alerts of an incident. */
  public boolean onePerIncident() {
    return this == PAGERDUTY;
  }

  /** The rate that its vendor is known to accept. */
  public Rate usualRate() {
    return rate;
  }

  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
