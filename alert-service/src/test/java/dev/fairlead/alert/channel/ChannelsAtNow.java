package dev.fairlead.alert.channel;

import dev.fairlead.alert.channel.ChannelSettings.Email;
import dev.fairlead.alert.channel.ChannelSettings.PagerDuty;
import dev.fairlead.alert.channel.ChannelSettings.Slack;
import dev.fairlead.alert.channel.ChannelSettings.Webhook;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.stack.FakePagerDuty;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Channels whose clock stands at {@link Deliveries#NOW}, with their secrets in files. */
record ChannelsAtNow(Path folder) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  Channel slackHook(URI url) throws IOException {
    return slack(new Slack(secret(url.toString()), null, null, URI.create("http://unused")));
  }

  Channel slackBot(URI api) throws IOException {
    return slack(new Slack(null, secret("xoxb-secret"), "#ops", api));
  }

  private static Channel slack(Slack slack) {
    return channel(slack, null, null, null);
  }

  Channel pagerDuty(URI url) throws IOException {
    return channel(null, null, new PagerDuty(secret(FakePagerDuty.routingKey()), url), null);
  }

  Channel webhook(URI url) throws IOException {
    Webhook webhook = new Webhook(secret(url.toString()), secret("the-key"), "bridge");
    return channel(null, null, null, webhook);
  }

  Channel email(int port, Email.Tls tls) {
    Email email =
        new Email(
            "127.0.0.1", port, tls, "a@fairlead.test", List.of("b@fairlead.test"), null, null);
    return channel(null, email, null, null);
  }

  private static Channel channel(
      @Nullable Slack slack,
      @Nullable Email email,
      @Nullable PagerDuty pagerDuty,
      @Nullable Webhook webhook) {
    Clock clock = Clock.fixed(Deliveries.NOW, ZoneOffset.UTC);
    return new Channels(Secrets.ofThisProcess(), clock, JSON)
        .of(
            new ChannelSettings(
                slack, email, pagerDuty, webhook, null, null, Duration.ofSeconds(1)));
  }

  private SecretReference secret(String value) throws IOException {
    Path file = Files.createTempFile(folder, "secret", "");
    Files.writeString(file, value);
    return new SecretReference("secret:file:" + file);
  }
}
