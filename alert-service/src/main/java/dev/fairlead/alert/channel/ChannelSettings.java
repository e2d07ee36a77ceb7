package dev.fairlead.alert.channel;

import dev.fairlead.events.SecretReference;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One channel: exactly one of the four kinds, and what holds for all of them.
 *
 * @param fallback the channel that takes over when this one refuses, or does not work
 * @param rate at most; what the kind's vendor accepts when absent
 * @param timeout of one attempt, from connecting to the last byte of the answer
 */
public record ChannelSettings(
    @Valid @Nullable Slack slack,
    @Valid @Nullable Email email,
    @Valid @Nullable PagerDuty pagerduty,
    @Valid @Nullable Webhook webhook,
    @Nullable String fallback,
    @Nullable Rate rate,
    @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(seconds = 60) Duration timeout) {

  private static final int HIGHEST_PORT = 65_535;

  /**
   * @param url of an incoming webhook; it is a secret
   * @param token of a bot, with {@code channel}, instead of a webhook
   */
  public record Slack(
      @Nullable SecretReference url,
      @Nullable SecretReference token,
      @Nullable String channel,
      @DefaultValue("https://slack.com/api") URI api) {

    @AssertTrue(message = "needs either url, or token and channel")
    boolean isReachable() {
      return url == null ? token != null && channel != null : token == null;
    }
  }

  /**
   * @param tls starttls (required, not merely tried), implicit (usually port 465), or none
   */
  public record Email(
      @NotBlank String host,
      @DefaultValue("587") @Min(1) @Max(HIGHEST_PORT) int port,
      @DefaultValue("starttls") Tls tls,
      @NotBlank @jakarta.validation.constraints.Email String from,
      @NotEmpty List<@jakarta.validation.constraints.Email String> to,
      @Nullable String username,
      @Nullable SecretReference password) {

    /** How the connection is protected. */
    public enum Tls {
      STARTTLS,
      IMPLICIT,
      NONE
    }
  }

  public record PagerDuty(
      @NotNull SecretReference routingKey, @DefaultValue("https://events.pagerduty.com") URI url) {}

  /**
   * @param signingKey of the HMAC; any text, or whsec_ and base64
   * @param name shown to people instead of the URL, which is a secret
   */
  public record Webhook(
      @NotNull SecretReference url,
      @NotNull SecretReference signingKey,
      @DefaultValue("webhook") String name) {}

  @AssertTrue(message = "needs exactly one of slack, email, pagerduty and webhook")
  boolean isOfOneKind() {
    return Stream.of(slack, email, pagerduty, webhook).filter(Objects::nonNull).count() == 1;
  }

  public ChannelKind kind() {
    if (slack != null) {
      return ChannelKind.SLACK;
    }
    if (email != null) {
      return ChannelKind.EMAIL;
    }
    return pagerduty == null ? ChannelKind.WEBHOOK : ChannelKind.PAGERDUTY;
  }

  public Rate rateOrUsual() {
    return rate == null ? kind().usualRate() : rate;
  }
}
