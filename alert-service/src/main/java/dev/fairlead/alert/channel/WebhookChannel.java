package dev.fairlead.alert.channel;

import dev.fairlead.alert.channel.HttpCall.Answer;
import dev.fairlead.alert.channel.HttpCall.NoAnswer;
import dev.fairlead.service.secret.Secrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any HTTP endpoint, signed as the Standard Webhooks specification says: {@code webhook-id}, {@code
 * webhook-timestamp} and {@code webhook-signature: v1,<base64 HMAC-SHA256 of id.timestamp.body>}.
 * The id is also the {@code Idempotency-Key}: a message that is sent again has the same.
 */
final class WebhookChannel implements Channel {

  private static final int SUCCESS_FROM = 200;
  private static final int SUCCESS_TO = 299;

  /** Prefix of a signing key that is written in base64. */
  private static final String ENCODED_KEY = "whsec_";

  private final ChannelSettings.Webhook settings;
  private final Secrets secrets;
  private final HttpCall http;
  private final JsonMapper json;

  WebhookChannel(
      ChannelSettings.Webhook settings, Secrets secrets, HttpCall http, JsonMapper json) {
    this.settings = settings;
    this.secrets = secrets;
    this.http = http;
    this.json = json;
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.WEBHOOK;
  }

  @Override
  public String destination() {
    return settings.name();
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    try {
      byte[] body = json.writeValueAsBytes(content(delivery));
      URI uri = URI.create(secrets.resolve(settings.url()).reveal());
      Answer answer = http.post(uri, headers(delivery, body), body);
      return answer.status() >= SUCCESS_FROM && answer.status() <= SUCCESS_TO
          ? new Outcome.Delivered("HTTP " + answer.status(), null)
          : HttpVerdict.ofFailure(answer);
    } catch (NoAnswer e) {
      return new Outcome.Unavailable(e.reason(), null);
    }
  }

  private static Map<String, Object> content(Delivery delivery) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("version", 1);
    content.put("id", delivery.key().toString());
    content.put("notices", delivery.notices());
    content.put("headline", Texts.headline(delivery));
    content.put("alert", delivery.bulletin());
    return content;
  }

  private Map<String, String> headers(Delivery delivery, byte[] body) {
    String id = delivery.key().toString();
    String timestamp = Long.toString(delivery.now().getEpochSecond());
    return Map.of(
        "Idempotency-Key", id,
        "webhook-id", id,
        "webhook-timestamp", timestamp,
        "webhook-signature", "v1," + signature(id, timestamp, body));
  }

  private String signature(String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(), "HmacSHA256"));
      mac.update("%s.%s.".formatted(id, timestamp).getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private byte[] key() {
    String key = secrets.resolve(settings.signingKey()).reveal();
    return key.startsWith(ENCODED_KEY)
        ? Base64.getDecoder().decode(key.substring(ENCODED_KEY.length()))
        : key.getBytes(StandardCharsets.UTF_8);
  }
}
