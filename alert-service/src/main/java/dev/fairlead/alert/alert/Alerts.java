package dev.fairlead.alert.alert;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.atOrNull;
import static dev.fairlead.alert.Moments.instant;

import dev.fairlead.events.AlertId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** All alerts, and the reasons for what was decided about them. */
public final class Alerts {

  /** One reason, and when it was found. */
  public record TraceLine(Instant at, String step, String finding) {}

  /** So many are looked at in one go; the rest follows a moment later. */
  private static final int BATCH = 200;

  private static final int READ_AT_ONCE = 20;

  private final JdbcClient database;
  private final JsonMapper json;
  private final AlertRows rows;

  public Alerts(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
    this.rows = new AlertRows(json);
  }

  public Optional<Alert> find(AlertId id) {
    return database
        .sql("select * from alert where id = ?")
        .param(id.value())
        .query(rows)
        .optional();
  }

  /** The newest first. */
  public List<Alert> latest(boolean onlyOpen, int limit) {
    return database
        .sql(
            """
            select * from alert where not :onlyOpen or state <> 'resolved'
            order by raised_at desc, id limit :limit
            """)
        .param("onlyOpen", onlyOpen)
        .param("limit", limit)
        .query(rows)
        .list();
  }

  /**
   * Any open alert with these labels that is wanted, read no further than to it; in a transaction.
   *
   * @param labels as routes look at them, none empty
   */
  Optional<Alert> firstOpen(Map<String, String> labels, Predicate<Alert> wanted) {
    Map<String, String> stored = new TreeMap<>(labels);
    String cause = stored.remove(Alert.CAUSE_LABEL);
    String severity = stored.remove(Alert.SEVERITY_LABEL);
    try (Stream<Alert> found =
        database
            .sql(
                """
                select * from alert
                where state <> 'resolved' and labels @> :labels::jsonb
                  and (:cause::text is null or cause = :cause)
                  and (:severity::text is null or severity = :severity)
                """)
            .param("labels", json.writeValueAsString(stored))
            .param("cause", cause)
            .param("severity", severity)
            .withFetchSize(READ_AT_ONCE)
            .query(rows)
            .stream()) {
      return found.filter(wanted).findFirst();
    }
  }

  public List<TraceLine> trace(AlertId id) {
    return database
        .sql("select at, step, finding from finding where alert = ? order by number")
        .param(id.value())
        .query(
            (row, number) ->
                new TraceLine(instant(row, "at"), row.getString("step"), row.getString("finding")))
        .list();
  }

  Optional<Alert> locked(AlertId id) {
    return database
        .sql("select * from alert where id = ? for update")
        .param(id.value())
        .query(rows)
        .optional();
  }

  Optional<Alert> lockedOpen(Fingerprint fingerprint) {
    return database
        .sql("select * from alert where fingerprint = ? and state <> 'resolved' for update")
        .param(fingerprint.value())
        .query(rows)
        .optional();
  }

  /** Whether there is an open one with this fingerprint that was not reported after this moment. */
  boolean isOpenUnseenSince(Fingerprint fingerprint, Instant moment) {
    return database
        .sql(
            """
            select exists (select 1 from alert
              where fingerprint = ? and state <> 'resolved' and greatest(since, last_seen_at) <= ?)
            """)
        .params(fingerprint.value(), at(moment))
        .query(Boolean.class)
        .single();
  }

  /** Those with this fingerprint, and those that are about a part of the same. */
  List<Alert> lockedOpenParts(Fingerprint fingerprint) {
    return database
        .sql(
            """
            select * from alert
            where state <> 'resolved'
              and (fingerprint = :whole or starts_with(fingerprint, :whole || '#'))
            order by id for update
            """)
        .param("whole", fingerprint.value())
        .query(rows)
        .list();
  }

  /** Those of these causes that were not reported since, locked, as far as nobody else has them. */
  List<Alert> lockedUnseenSince(Instant horizon, Collection<String> causes) {
    return database
        .sql(
            """
            select * from alert
            where state <> 'resolved' and last_seen_at < :horizon and cause in (:causes)
            order by id limit :batch for update skip locked
            """)
        .param("horizon", at(horizon))
        .param("causes", causes)
        .param("batch", BATCH)
        .query(rows)
        .list();
  }

  /** Those whose reminder is due, locked, as far as nobody else has them. */
  List<Alert> lockedForReminder(Instant now) {
    return database
        .sql(
            """
            select * from alert where state = 'open' and remind_at <= ?
            order by remind_at limit ? for update skip locked
            """)
        .params(at(now), BATCH)
        .query(rows)
        .list();
  }

  /** Those that nobody was told of, locked, as far as nobody else has them. */
  List<Alert> lockedSuppressed(@Nullable UUID after) {
    return database
        .sql(
            """
            select * from alert
            where state <> 'resolved' and suppressed is not null and (:after::uuid is null or id > :after)
            order by id limit :batch for update skip locked
            """)
        .param("after", after)
        .param("batch", BATCH)
        .query(rows)
        .list();
  }

  boolean othersOpen(Alert alert) {
    return database
        .sql(
            """
            select exists (select 1 from alert
              where incident = ? and state <> 'resolved' and id <> ?)
            """)
        .params(alert.incident().value(), alert.id().value())
        .query(Boolean.class)
        .single();
  }

  void save(Alert alert) {
    database
        .sql(
            """
            insert into alert (id, incident, fingerprint, cause, severity, words, labels, state, since,
              raised_at, last_seen_at, occurrences, revision, suppressed, remind_at,
              acknowledged_at, acknowledged_by, acknowledged_via, resolved_at, resolution)
            values (:id, :incident, :fingerprint, :cause, :severity, :words::jsonb, :labels::jsonb,
              :state, :since, :raised, :seen, :occurrences, :revision, :suppressed, :remind,
              :ackAt, :ackBy, :ackVia, :resolvedAt, :resolution)
            on conflict (id) do update set
              severity = excluded.severity, words = excluded.words, state = excluded.state,
              last_seen_at = excluded.last_seen_at, occurrences = excluded.occurrences,
              revision = excluded.revision, suppressed = excluded.suppressed,
              remind_at = excluded.remind_at,
              acknowledged_at = coalesce(excluded.acknowledged_at, alert.acknowledged_at),
              acknowledged_by = coalesce(excluded.acknowledged_by, alert.acknowledged_by),
              acknowledged_via = coalesce(excluded.acknowledged_via, alert.acknowledged_via),
              resolved_at = excluded.resolved_at, resolution = excluded.resolution
            """)
        .param("id", alert.id().value())
        .param("incident", alert.incident().value())
        .param("fingerprint", alert.fingerprint().value())
        .param("cause", alert.cause())
        .param("severity", alert.severity().name().toLowerCase(Locale.ROOT))
        .param("words", json.writeValueAsString(alert.words()))
        .param("labels", json.writeValueAsString(alert.labels()))
        .param("state", alert.state().word())
        .param("since", at(alert.since()))
        .param("raised", at(alert.raisedAt()))
        .param("seen", at(alert.lastSeenAt()))
        .param("occurrences", alert.occurrences())
        .param("revision", alert.revision())
        .param("suppressed", alert.suppressed())
        .param("remind", atOrNull(alert.remindAt()))
        .params(stateColumns(alert.state()))
        .update();
  }

  void note(AlertId alert, List<Decision.Finding> trace, Instant now) {
    for (Decision.Finding finding : trace) {
      database
          .sql("insert into finding (alert, at, step, finding) values (?, ?, ?, ?)")
          .params(alert.value(), at(now), finding.step(), finding.finding())
          .update();
    }
  }

  /** With their notifications and reasons. */
  int forgetResolvedBefore(Instant horizon) {
    return database
        .sql("delete from alert where state = 'resolved' and resolved_at < ?")
        .param(at(horizon))
        .update();
  }

  private static Map<String, @Nullable Object> stateColumns(AlertState state) {
    Map<String, @Nullable Object> columns = new HashMap<>();
    AlertState.Acknowledged taken = state instanceof AlertState.Acknowledged it ? it : null;
    AlertState.Resolved over = state instanceof AlertState.Resolved it ? it : null;
    columns.put("ackAt", taken == null ? null : at(taken.at()));
    columns.put("ackBy", taken == null ? null : taken.by().value());
    columns.put("ackVia", taken == null ? null : taken.via());
    columns.put("resolvedAt", over == null ? null : at(over.at()));
    columns.put("resolution", over == null ? null : over.reason());
    return columns;
  }
}
