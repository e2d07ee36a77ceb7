package dev.fairlead.alert.channel;

import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.NotificationId;
import dev.fairlead.events.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a channel is given: of one incident of two minutes, at one moment. */
final class Deliveries {

  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final NotificationId KEY = NotificationId.of("0199aaaa-0000-7000-8000-00000000000a");
  static final IncidentId INCIDENT = IncidentId.of("0199aaaa-0000-7000-8000-00000000000b");

  private static final String SUMMARY = "connection refused <!channel> & co";

  private Deliveries() {}

  static Delivery of(NoticeKind... notices) {
    return of(Severity.CRITICAL, SUMMARY, null, notices);
  }

  static Delivery inThread(String thread, NoticeKind... notices) {
    return of(Severity.CRITICAL, SUMMARY, thread, notices);
  }

  static Delivery saying(String summary, NoticeKind... notices) {
    return of(Severity.CRITICAL, summary, null, notices);
  }

  static Delivery of(
      Severity severity, String summary, @Nullable String thread, NoticeKind... notices) {
    boolean over = List.of(notices).contains(NoticeKind.RESOLVED);
    Bulletin bulletin =
        new Bulletin(
            AlertId.of("0199aaaa-0000-7000-8000-00000000000c"),
            INCIDENT,
            severity,
            "health-degraded",
            new Words("orders/production/http is degraded", summary, "Look."),
            Labels.of(Map.of("target", "orders/production/http")),
            NOW.minusSeconds(120),
            null,
            over ? NOW : null,
            over ? "the target is healthy again" : null,
            "http://console/alerts/1");
    return new Delivery(KEY, List.of(notices), bulletin, thread, false, NOW);
  }
}
