package dev.fairlead.alert.alert;

import dev.fairlead.alert.notification.Notifications;
import dev.fairlead.events.AlertId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@PreAuthorize("hasRole('VIEWER')")
class AlertController {

  private static final int MOST = 1_000;

  private final Alerts alerts;
  private final AlertDesk desk;
  private final Notifications notifications;

  AlertController(Alerts alerts, AlertDesk desk, Notifications notifications) {
    this.alerts = alerts;
    this.desk = desk;
    this.notifications = notifications;
  }

  /** An alert in a list. */
  record Summary(
      String alert,
      String incident,
      String state,
      String severity,
      String cause,
      String title,
      String summary,
      String advice,
      Map<String, String> labels,
      String fingerprint,
      Instant since,
      Instant raisedAt,
      int occurrences,
      @Nullable String suppressed,
      @Nullable String acknowledgedBy,
      @Nullable Instant resolvedAt,
      @Nullable String resolution) {

    static Summary of(Alert alert) {
      AlertState.Resolved over = alert.state() instanceof AlertState.Resolved it ? it : null;
      AlertState.Acknowledged taken =
          alert.state() instanceof AlertState.Acknowledged it ? it : null;
      return new Summary(
          alert.id().toString(),
          alert.incident().toString(),
          alert.state().word(),
          alert.severity().name().toLowerCase(Locale.ROOT),
          alert.cause(),
          alert.words().title(),
          alert.words().summary(),
          alert.words().advice(),
          alert.labels().values(),
          alert.fingerprint().value(),
          alert.since(),
          alert.raisedAt(),
          alert.occurrences(),
          alert.suppressed(),
          taken == null ? null : taken.by().value(),
          over == null ? null : over.at(),
          over == null ? null : over.reason());
    }
  }

  /**
   * An alert with everything that is known of why it was told to whom.
   *
   * @param nextActionAt when something is done about it by itself; absent if nothing will be
   */
  record Explained(
      Summary alert,
      List<Alerts.TraceLine> trace,
      List<Notifications.Entry> notifications,
      List<Notifications.Attempt> attempts,
      @Nullable Instant nextActionAt) {}

  /**
   * @param via console or cli; api when absent
   */
  record Acknowledgement(@Nullable String via) {}

  @GetMapping("/alerts")
  List<Summary> list(
      @RequestParam(defaultValue = "open") String state,
      @RequestParam(defaultValue = "100") int limit) {
    if (!state.equals("open") && !state.equals("all")) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "invalid-state",
          "state '%s' is not known".formatted(state),
          "Use state=open or state=all.");
    }
    return alerts.latest(state.equals("open"), Math.clamp(limit, 1, MOST)).stream()
        .map(Summary::of)
        .toList();
  }

  @GetMapping("/alerts/{id}")
  Explained explain(@PathVariable String id) {
    Alert alert = alerts.find(parsed(id)).orElseThrow(() -> unknown(id));
    List<Notifications.Entry> told = notifications.of(alert.id());
    return new Explained(
        Summary.of(alert),
        alerts.trace(alert.id()),
        told,
        notifications.attemptsFor(alert.id()),
        nextAction(alert, told));
  }

  @PostMapping("/alerts/{id}/acknowledgement")
  @PreAuthorize("hasRole('ON_CALL')")
  Summary acknowledge(
      @PathVariable String id, @RequestBody(required = false) @Nullable Acknowledgement body) {
    String via = body == null ? "api" : Objects.requireNonNullElse(body.via(), "api");
    Alert alert =
        desk.acknowledge(parsed(id), Caller.current().actor(), via).orElseThrow(() -> unknown(id));
    if (alert.over()) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "alert-resolved",
          "alert %s is resolved already".formatted(id),
          "Nothing is left to acknowledge.");
    }
    return Summary.of(alert);
  }

  private static @Nullable Instant nextAction(Alert alert, List<Notifications.Entry> told) {
    return java.util.stream.Stream.concat(
            told.stream().map(Notifications.Entry::nextAttemptAt),
            java.util.stream.Stream.of(java.util.Optional.ofNullable(alert.remindAt()))
                .flatMap(java.util.Optional::stream))
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }

  private static AlertId parsed(String id) {
    try {
      return AlertId.of(id);
    } catch (IllegalArgumentException _) {
      throw unknown(id);
    }
  }

  private static Refusal unknown(String id) {
    return Refusal.unknown(
        "alert", id, "fairlead alerts list --all lists those there are (GET /alerts?state=all).");
  }
}
