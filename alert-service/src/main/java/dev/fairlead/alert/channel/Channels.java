package dev.fairlead.alert.channel;

import dev.fairlead.service.secret.Secrets;
import java.time.Clock;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** Makes channels of their settings. */
public final class Channels {

  private final Secrets secrets;
  private final Clock clock;
  private final JsonMapper json;

  public Channels(Secrets secrets, Clock clock, JsonMapper json) {
    this.secrets = secrets;
    this.clock = clock;
    this.json = json;
  }

  public Channel of(ChannelSettings settings) {
    HttpCall http = new HttpCall(settings.timeout(), clock);
    return switch (settings.kind()) {
      case SLACK -> new SlackChannel(Objects.requireNonNull(settings.slack()), secrets, http, json);
      case EMAIL ->
          new EmailChannel(Objects.requireNonNull(settings.email()), secrets, settings.timeout());
      case PAGERDUTY ->
          new PagerDutyChannel(Objects.requireNonNull(settings.pagerduty()), secrets, http, json);
      case WEBHOOK ->
          new WebhookChannel(Objects.requireNonNull(settings.webhook()), secrets, http, json);
    };
  }
}
