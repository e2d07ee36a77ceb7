package dev.fairlead.stack;

import static dev.fairlead.stack.VendorServer.Answer.text;

import com.sun.net.httpserver.HttpExchange;
import dev.fairlead.stack.VendorServer.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Slack's incoming webhooks, with the limits its documentation states (docs.slack.dev, "Rate
 * limits" and "Incoming webhooks"): one message a second and channel, then 429 with Retry-After; no
 * text and no blocks is {@code no_text}; too much of either is refused.
 */
public final class FakeSlack implements AutoCloseable {

  static final int MAX_TEXT = 40_000;
  static final int MAX_BLOCKS = 50;
  static final int MAX_SECTION_TEXT = 3_000;
  private static final int MAX_BODY_BYTES = 1 << 20;

  /** A message that was posted; {@code payload} is the JSON as it came. */
  public record Message(String channel, String text, String payload, Instant at) {}

  private final VendorServer server;
  private final Pace pace;
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  private FakeSlack(int port, Pace pace) {
    this.pace = pace;
    this.server = new VendorServer(port, "the fake of Slack");
    server.receive("/services/", MAX_BODY_BYTES, text(400, "payload_too_large"), this::post);
    server.list("/messages", this::messages);
  }

  /** As Slack: one message a second and channel, short bursts tolerated. */
  public static FakeSlack start(int port) {
    return start(port, Duration.ofSeconds(1), 3);
  }

  /**
   * Starts one that takes so many messages at once, and then one an interval.
   *
   * @param interval between two messages to one channel
   * @param burst how many may come at once before that
   */
  public static FakeSlack start(int port, Duration interval, int burst) {
    FakeSlack slack = new FakeSlack(port, new Pace(interval, burst));
    slack.server.start();
    return slack;
  }

  /** The secret address that posts to {@code channel}. */
  public URI webhook(String channel) {
    return server.address().resolve("/services/T0LOCAL/B0LOCAL/" + channel);
  }

  /** Every accepted message, oldest first. */
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  /** Answers the next requests with {@code status} and forgets them: an outage. */
  public void failNext(int requests, int status) {
    server.failNext(requests, status);
  }

  public void clear() {
    messages.clear();
  }

  private Answer post(HttpExchange exchange, byte[] body) {
    if (!exchange.getRequestMethod().equals("POST")) {
      return text(405, "method_not_allowed");
    }
    String[] path = exchange.getRequestURI().getPath().split("/");
    if (path.length != 5) {
      return text(404, "no_service");
    }
    String channel = path[4];
    Optional<Duration> wait = pace.refusal(channel, System.nanoTime());
    if (wait.isPresent()) {
      return text(429, "rate_limited").retryAfter(wait.get());
    }
    return read(body).map(json -> accept(channel, json)).orElse(text(400, "invalid_payload"));
  }

  private Answer accept(String channel, JsonNode json) {
    String written = json.path("text").asString("");
    JsonNode blocks = json.path("blocks");
    if (written.isEmpty() && blocks.isEmpty() && json.path("attachments").isEmpty()) {
      return text(400, "no_text");
    }
    if (written.length() > MAX_TEXT) {
      return text(400, "msg_too_long");
    }
    if (blocks.size() > MAX_BLOCKS || anySectionTooLong(blocks)) {
      return text(400, "invalid_blocks");
    }
    messages.add(new Message(channel, written, json.toString(), Instant.now()));
    return text(200, "ok");
  }

  private static boolean anySectionTooLong(JsonNode blocks) {
    for (JsonNode block : blocks) {
      if (!block.path("type").isString()
          || block.path("text").path("text").asString("").length() > MAX_SECTION_TEXT) {
        return true;
      }
    }
    return false;
  }

  private static Optional<JsonNode> read(byte[] body) {
    try {
      return Optional.of(VendorServer.JSON.readTree(body)).filter(JsonNode::isObject);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
