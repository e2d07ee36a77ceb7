package dev.fairlead.alert.channel;

import dev.fairlead.alert.channel.HttpCall.Answer;
import dev.fairlead.alert.channel.HttpCall.NoAnswer;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Slack, by incoming webhook, or by chat.postMessage, which can answer in the thread of the first
 * message. Errors of the Web API come with status 200 and are read from the body.
 */
final class SlackChannel implements Channel {

  /** Limits of Block Kit: a section's text, a header's text, a field of a section. */
  private static final int SECTION = 3_000;

  private static final int HEADER = 150;
  private static final int FIELD = 2_000;

  private static final int OK = 200;
  private static final String THROTTLED = "ratelimited";

  /** Errors of the Web API after which the same call may succeed. */
  private static final Set<String> TEMPORARY =
      Set.of("internal_error", "fatal_error", "service_unavailable", "request_timeout");

  private final ChannelSettings.Slack settings;
  private final Secrets secrets;
  private final HttpCall http;
  private final JsonMapper json;

  SlackChannel(ChannelSettings.Slack settings, Secrets secrets, HttpCall http, JsonMapper json) {
    this.settings = settings;
    this.secrets = secrets;
    this.http = http;
    this.json = json;
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.SLACK;
  }

  @Override
  public String destination() {
    return Objects.requireNonNullElse(settings.channel(), "incoming webhook");
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    try {
      byte[] message = json.writeValueAsBytes(message(delivery));
      SecretReference webhook = settings.url();
      return webhook == null ? byToken(message) : byWebhook(webhook, message);
    } catch (NoAnswer e) {
      return new Outcome.Unavailable(e.reason(), null);
    }
  }

  private Outcome byWebhook(SecretReference webhook, byte[] message) throws NoAnswer {
    return verdict(http.post(URI.create(secrets.resolve(webhook).reveal()), Map.of(), message));
  }

  private Outcome byToken(byte[] message) throws NoAnswer {
    String token = secrets.resolve(Objects.requireNonNull(settings.token())).reveal();
    URI uri = URI.create(settings.api() + "/chat.postMessage");
    return verdict(http.post(uri, Map.of("Authorization", "Bearer " + token), message));
  }

  private Outcome verdict(Answer answer) {
    if (answer.status() != OK) {
      return HttpVerdict.ofFailure(answer);
    }
    JsonNode body = bodyOf(answer);
    String error = body.path("error").asString("");
    if (body.path("ok").asBoolean(true)) {
      String timestamp = body.path("ts").asString("");
      return new Outcome.Delivered("HTTP 200", timestamp.isEmpty() ? null : timestamp);
    }
    if (error.equals(THROTTLED)) {
      return HttpVerdict.throttled(answer);
    }
    return TEMPORARY.contains(error)
        ? HttpVerdict.unavailable(answer)
        : new Outcome.Refused("Slack refuses it: " + error);
  }

  /** A webhook answers with the bare text "ok". */
  private JsonNode bodyOf(Answer answer) {
    try {
      return answer.body().startsWith("{") ? json.readTree(answer.body()) : json.createObjectNode();
    } catch (JacksonException _) {
      return json.createObjectNode();
    }
  }

  private Map<String, Object> message(Delivery delivery) {
    Map<String, Object> message = new LinkedHashMap<>();
    if (settings.url() == null) {
      message.put("channel", Objects.requireNonNull(settings.channel()));
      if (delivery.thread() != null) {
        message.put("thread_ts", delivery.thread());
        message.put("reply_broadcast", delivery.resolved());
      }
    }
    message.put("text", escaped(Texts.headline(delivery), SECTION));
    message.put("blocks", blocks(delivery));
    return message;
  }

  private static List<Map<String, Object>> blocks(Delivery delivery) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    blocks.add(
        Map.of(
            "type",
            "header",
            "text",
            Map.of(
                "type",
                "plain_text",
                "text",
                Texts.fit(icon(delivery) + Texts.headline(delivery), HEADER))));
    blocks.add(
        Map.of(
            "type", "section",
            "text", markdown(escaped(Texts.story(delivery), SECTION)),
            "fields", Texts.facts(delivery).stream().map(SlackChannel::field).toList()));
    if (!delivery.bulletin().over()) {
      blocks.add(section("*What to do:* " + escaped(delivery.bulletin().words().advice(), FIELD)));
    }
    if (delivery.repeated()) {
      blocks.add(section("_" + Texts.REPEATED + "_"));
    }
    blocks.add(section("<%s|Open in the console>".formatted(delivery.bulletin().link())));
    return blocks;
  }

  private static String icon(Delivery delivery) {
    if (delivery.resolved()) {
      return "✅ ";
    }
    return switch (delivery.bulletin().severity()) {
      case CRITICAL -> "🔴 ";
      case ERROR -> "🟠 ";
      case WARNING -> "🟡 ";
      case INFO -> "🔵 ";
    };
  }

  private static Map<String, Object> section(String text) {
    return Map.of("type", "section", "text", markdown(text));
  }

  private static Map<String, Object> field(Texts.Fact fact) {
    return markdown("*%s*\n%s".formatted(fact.name(), escaped(fact.value(), FIELD / 2)));
  }

  private static Map<String, Object> markdown(String text) {
    return Map.of("type", "mrkdwn", "text", text);
  }

  /**
   * The three characters that Slack gives a meaning; a text that says {@code <!channel>} must not
   * call everybody. An escape is up to five characters long, so the cut comes last.
   */
  private static String escaped(String text, int longest) {
    String fitting = Texts.fit(text, longest / 2);
    return Texts.fit(
        fitting.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), longest);
  }
}
