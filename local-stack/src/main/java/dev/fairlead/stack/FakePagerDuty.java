package dev.fairlead.stack;

import com.sun.net.httpserver.HttpExchange;
import dev.fairlead.stack.VendorServer.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * PagerDuty's Events API v2 with the rules its documentation states (developer.pagerduty.com, "Send
 * an alert event"): required fields and their sizes, 512 KB an event, one incident a dedup key, 120
 * events a minute and routing key, then 429.
 */
public final class FakePagerDuty implements AutoCloseable {

  static final int MAX_BODY_BYTES = 512 * 1024;
  static final int MAX_DEDUP_KEY = 255;
  static final int MAX_SUMMARY = 1024;
  private static final Set<String> ACTIONS = Set.of("trigger", "acknowledge", "resolve");
  private static final Set<String> SEVERITIES = Set.of("critical", "error", "warning", "info");

  /** An accepted event; {@code payload} is the JSON as it came. */
  public record Event(String action, String dedupKey, String summary, String payload, Instant at) {}

  /** What a dedup key stands for: {@code state} is triggered, acknowledged or resolved. */
  public record Incident(
      String dedupKey, String state, String summary, String severity, int triggers) {}

  private final VendorServer server;
  private final Pace pace;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<Incident> incidents = new CopyOnWriteArrayList<>();

  private FakePagerDuty(int port, Pace pace) {
    this.pace = pace;
    this.server = new VendorServer(port, "the fake of PagerDuty");
    Answer tooLarge =
        Answer.json(
            413, Map.of("status", "invalid event", "message", "event is larger than 512 KB"));
    server.receive("/v2/enqueue", MAX_BODY_BYTES, tooLarge, this::enqueue);
    server.list("/events", this::events);
    server.list("/incidents", this::incidents);
  }

  /** As PagerDuty: 120 events a minute and routing key. */
  public static FakePagerDuty start(int port) {
    return start(port, Duration.ofMillis(500), 120);
  }

  /**
   * Starts one that takes so many events at once, and then one an interval.
   *
   * @param interval between two events of one routing key once the burst is used up
   */
  public static FakePagerDuty start(int port, Duration interval, int burst) {
    FakePagerDuty pagerDuty = new FakePagerDuty(port, new Pace(interval, burst));
    pagerDuty.server.start();
    return pagerDuty;
  }

  /** The base address of the Events API; events go to {@code /v2/enqueue} below it. */
  public URI address() {
    return server.address();
  }

  /** A well-formed integration key: 32 characters. */
  public static String routingKey() {
    return "fa1r1eadfa1r1eadfa1r1eadfa1r1ead";
  }

  /** Every accepted event, oldest first. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /**
   * One a dedup key, in order of first trigger; a key triggered again after resolve is a new one.
   */
  public List<Incident> incidents() {
    return List.copyOf(incidents);
  }

  /** Answers the next requests with {@code status} and forgets them: an outage. */
  public void failNext(int requests, int status) {
    server.failNext(requests, status);
  }

  public synchronized void clear() {
    events.clear();
    incidents.clear();
  }

  private Answer enqueue(HttpExchange exchange, byte[] body) {
    if (!exchange.getRequestMethod().equals("POST")) {
      return Answer.json(405, Map.of("status", "method not allowed"));
    }
    JsonNode event;
    try {
      event = VendorServer.JSON.readTree(body);
    } catch (JacksonException e) {
      return invalid(List.of("the body is not JSON"));
    }
    List<String> errors = errorsOf(event);
    if (!errors.isEmpty()) {
      return invalid(errors);
    }
    Optional<Duration> wait = pace.refusal(event.path("routing_key").asString(), System.nanoTime());
    if (wait.isPresent()) {
      return Answer.json(429, Map.of("status", "throttle exceeded", "message", "too many events"))
          .retryAfter(wait.get());
    }
    return accept(event);
  }

  private static Answer invalid(List<String> errors) {
    return Answer.json(
        400,
        Map.of("status", "invalid event", "message", "Event object is invalid", "errors", errors));
  }

  private static List<String> errorsOf(JsonNode event) {
    List<String> errors = new ArrayList<>();
    String action = event.path("event_action").asString("");
    String dedupKey = event.path("dedup_key").asString("");
    if (event.path("routing_key").asString("").length() != 32) {
      errors.add("'routing_key' must have 32 characters");
    }
    if (!ACTIONS.contains(action)) {
      errors.add("'event_action' must be one of trigger, acknowledge, resolve");
    }
    if (dedupKey.length() > MAX_DEDUP_KEY) {
      errors.add("'dedup_key' is longer than 255 characters");
    }
    if (action.equals("trigger")) {
      addErrorsOfPayload(event.path("payload"), errors);
    } else if (dedupKey.isEmpty()) {
      errors.add("'dedup_key' is missing");
    }
    return errors;
  }

  private static void addErrorsOfPayload(JsonNode payload, List<String> errors) {
    String summary = payload.path("summary").asString("");
    if (summary.isEmpty() || summary.length() > MAX_SUMMARY) {
      errors.add("'payload.summary' must have 1 to 1024 characters");
    }
    if (payload.path("source").asString("").isEmpty()) {
      errors.add("'payload.source' is missing");
    }
    if (!SEVERITIES.contains(payload.path("severity").asString(""))) {
      errors.add("'payload.severity' must be one of critical, error, warning, info");
    }
  }

  private synchronized Answer accept(JsonNode event) {
    String action = event.path("event_action").asString();
    String dedupKey = event.path("dedup_key").asString("");
    if (dedupKey.isEmpty()) {
      dedupKey = UUID.randomUUID().toString().replace("-", "");
    }
    String summary = event.path("payload").path("summary").asString("");
    // The routing key is a secret: it is not kept.
    ((tools.jackson.databind.node.ObjectNode) event).remove("routing_key");
    events.add(new Event(action, dedupKey, summary, event.toString(), Instant.now()));
    apply(action, dedupKey, summary, event.path("payload").path("severity").asString(""));
    return Answer.json(
        202, Map.of("status", "success", "message", "Event processed", "dedup_key", dedupKey));
  }

  private void apply(String action, String dedupKey, String summary, String severity) {
    Optional<Incident> open =
        incidents.stream()
            .filter(
                incident ->
                    incident.dedupKey().equals(dedupKey) && !incident.state().equals("resolved"))
            .findFirst();
    if (open.isEmpty()) {
      if (action.equals("trigger")) {
        incidents.add(new Incident(dedupKey, "triggered", summary, severity, 1));
      }
      return;
    }
    Incident was = open.get();
    Incident is =
        switch (action) {
          case "trigger" ->
              new Incident(dedupKey, was.state(), summary, severity, was.triggers() + 1);
          case "acknowledge" ->
              new Incident(dedupKey, "acknowledged", was.summary(), was.severity(), was.triggers());
          default ->
              new Incident(dedupKey, "resolved", was.summary(), was.severity(), was.triggers());
        };
    incidents.set(incidents.indexOf(was), is);
  }

  @Override
  public void close() {
    server.close();
  }
}
