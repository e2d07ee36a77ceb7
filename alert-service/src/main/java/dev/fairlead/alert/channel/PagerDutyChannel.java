package dev.fairlead.alert.channel;

import dev.fairlead.alert.channel.HttpCall.Answer;
import dev.fairlead.alert.channel.HttpCall.NoAnswer;
import dev.fairlead.service.secret.Secrets;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * PagerDuty Events API v2. The incident is the dedup_key, so whatever is sent again, and however
 * many alerts one incident has, a person is paged once.
 */
final class PagerDutyChannel implements Channel {

  private static final int ACCEPTED = 202;

  /** Limit of payload.summary. */
  private static final int SUMMARY = 1_024;

  private static final int DETAIL = 10_000;

  private final ChannelSettings.PagerDuty settings;
  private final Secrets secrets;
  private final HttpCall http;
  private final JsonMapper json;

  PagerDutyChannel(
      ChannelSettings.PagerDuty settings, Secrets secrets, HttpCall http, JsonMapper json) {
    this.settings = settings;
    this.secrets = secrets;
    this.http = http;
    this.json = json;
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.PAGERDUTY;
  }

  @Override
  public String destination() {
    return settings.url().getHost();
  }

  /** Sends the actions in their order and stops at the first that is not accepted. */
  @Override
  public Outcome deliver(Delivery delivery) {
    Outcome last = new Outcome.Delivered("nothing to tell PagerDuty", null);
    for (String action : actions(delivery)) {
      last = send(action, delivery);
      if (!(last instanceof Outcome.Delivered)) {
        return last;
      }
    }
    return last;
  }

  /**
   * A trigger that comes late is still sent before its resolution: the incident stays on record.
   */
  private static List<String> actions(Delivery delivery) {
    List<String> actions = new ArrayList<>();
    if (delivery.notices().stream().anyMatch(NoticeKind::alarms)) {
      actions.add("trigger");
    }
    if (delivery.resolved()) {
      actions.add("resolve");
    } else if (delivery.has(NoticeKind.ACKNOWLEDGED)) {
      actions.add("acknowledge");
    }
    return actions;
  }

  private Outcome send(String action, Delivery delivery) {
    try {
      URI uri = settings.url().resolve("/v2/enqueue");
      Answer answer = http.post(uri, Map.of(), json.writeValueAsBytes(event(action, delivery)));
      return answer.status() == ACCEPTED
          ? new Outcome.Delivered("HTTP 202 " + action, null)
          : HttpVerdict.ofFailure(answer);
    } catch (NoAnswer e) {
      return new Outcome.Unavailable(e.reason(), null);
    }
  }

  private Map<String, Object> event(String action, Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("routing_key", secrets.resolve(settings.routingKey()).reveal());
    event.put("event_action", action);
    event.put("dedup_key", bulletin.incident().toString());
    if (action.equals("trigger")) {
      event.put("client", "Fairlead");
      event.put("client_url", bulletin.link());
      event.put("payload", payload(delivery));
    }
    return event;
  }

  private static Map<String, Object> payload(Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("summary", Texts.fit(summary(delivery), SUMMARY));
    payload.put("source", bulletin.where());
    payload.put("severity", severity(delivery));
    payload.put("timestamp", bulletin.since().toString());
    payload.put("component", bulletin.where());
    payload.put("class", bulletin.cause());
    payload.put("custom_details", details(delivery));
    return payload;
  }

  private static String summary(Delivery delivery) {
    return delivery.resolved()
        ? Texts.headline(delivery)
        : "%s: %s"
            .formatted(delivery.bulletin().words().title(), delivery.bulletin().words().summary());
  }

  /** Nobody needs to be woken for what is over already. */
  private static String severity(Delivery delivery) {
    return delivery.resolved()
        ? "info"
        : delivery.bulletin().severity().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> details(Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("seen", Texts.fit(Texts.story(delivery), DETAIL));
    details.put("what to do", Texts.fit(bulletin.words().advice(), DETAIL));
    details.put("alert", bulletin.alert().toString());
    details.putAll(bulletin.labels().values());
    return details;
  }
}
