package dev.fairlead.alert.notification;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.instant;
import static dev.fairlead.alert.Moments.instantOrNull;

import dev.fairlead.events.AlertId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** All notifications: planned by decisions, and read by who asks what became of them. */
public final class Notifications {

  /**
   * A notification as users see it.
   *
   * @param nextAttemptAt absent once it is finished
   * @param detail what the channel said last
   */
  public record Entry(
      UUID notification,
      UUID alert,
      String channel,
      String receiver,
      String kind,
      String state,
      int attempts,
      Instant createdAt,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant finishedAt,
      @Nullable String detail) {}

  /** One attempt, or the handing over to a fallback. */
  public record Attempt(
      UUID notification,
      Instant at,
      long millis,
      String outcome,
      String detail,
      @Nullable Instant nextAttemptAt) {}

  private final JdbcClient database;
  private final JsonMapper json;

  public Notifications(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** In the caller's transaction; planning the same again changes nothing. */
  public void plan(Notification notification, Instant now) {
    database
        .sql(
            """
            insert into notification (id, alert, incident, revision, channel, receiver, kind, urgency,
              bulletin, caused_at, created_at, next_attempt_at)
            values (:id, :alert, :incident, :revision, :channel, :receiver, :kind, :urgency,
              :bulletin::jsonb, :caused, :now, :now)
            on conflict do nothing
            """)
        .param("id", notification.id().value())
        .param("alert", notification.bulletin().alert().value())
        .param("incident", notification.bulletin().incident().value())
        .param("revision", notification.revision())
        .param("channel", notification.channel())
        .param("receiver", notification.receiver())
        .param("kind", notification.kind().word())
        .param("urgency", notification.bulletin().severity().ordinal())
        .param("bulletin", json.writeValueAsString(notification.bulletin()))
        .param("caused", at(notification.causedAt()))
        .param("now", at(now))
        .update();
  }

  /** The channels that were told of an alert, or are about to be, with the receiver's name. */
  public Map<String, String> told(AlertId alert) {
    Map<String, String> told = new LinkedHashMap<>();
    database
        .sql("select channel, receiver from notification where alert = ? order by number")
        .param(alert.value())
        .query(
            row -> {
              told.putIfAbsent(row.getString("channel"), row.getString("receiver"));
            });
    return told;
  }

  public List<Entry> of(AlertId alert) {
    return database
        .sql("select * from notification where alert = ? order by number")
        .param(alert.value())
        .query(Notifications::entry)
        .list();
  }

  /** The newest first. */
  public List<Entry> latest(@Nullable String state, int limit) {
    return database
        .sql(
            """
            select * from notification where :state::text is null or state = :state
            order by number desc limit :limit
            """)
        .param("state", state)
        .param("limit", limit)
        .query(Notifications::entry)
        .list();
  }

  public List<Attempt> attemptsFor(AlertId alert) {
    return database
        .sql(
            """
            select attempt.* from attempt join notification on notification.id = attempt.notification
            where notification.alert = ? order by attempt.number
            """)
        .param(alert.value())
        .query(
            (row, number) ->
                new Attempt(
                    row.getObject("notification", UUID.class),
                    instant(row, "at"),
                    row.getLong("millis"),
                    row.getString("outcome"),
                    row.getString("detail"),
                    instantOrNull(row, "next_attempt_at")))
        .list();
  }

  private static Entry entry(ResultSet row, int number) throws SQLException {
    boolean finished = row.getObject("finished_at") != null;
    return new Entry(
        row.getObject("id", UUID.class),
        row.getObject("alert", UUID.class),
        row.getString("channel"),
        row.getString("receiver"),
        row.getString("kind"),
        row.getString("state"),
        row.getInt("attempts"),
        instant(row, "created_at"),
        finished ? null : instantOrNull(row, "next_attempt_at"),
        instantOrNull(row, "finished_at"),
        row.getString("detail"));
  }
}
