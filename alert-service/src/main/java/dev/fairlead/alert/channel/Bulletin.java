package dev.fairlead.alert.channel;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it was when a notification about it was decided; stored with the notification, so
 * that sending it needs nothing else.
 *
 * @param acknowledgedBy who takes care of it, if somebody does
 * @param resolvedAt absent while it lasts
 * @param resolution why it is over
 */
public record Bulletin(
    AlertId alert,
    IncidentId incident,
    Severity severity,
    String cause,
    Words words,
    Labels labels,
    Instant since,
    @Nullable Actor acknowledgedBy,
    @Nullable Instant resolvedAt,
    @Nullable String resolution,
    String link) {

  @JsonIgnore
  public boolean over() {
    return resolvedAt != null;
  }

  /** From the break to the end, or to {@code now} while it lasts. */
  Duration lasted(Instant now) {
    return Duration.between(since, resolvedAt == null ? now : resolvedAt);
  }

  /** Where it is: the most telling label there is. */
  String where() {
    return java.util.stream.Stream.of("target", "database")
        .map(labels::get)
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElseGet(this::place);
  }

  private String place() {
    String application = labels.get("application");
    String environment = labels.get("environment");
    return application.isEmpty() ? cause : application + "/" + environment;
  }
}
