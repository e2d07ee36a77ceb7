package dev.fairlead.alert.notification;

import static dev.fairlead.alert.Moments.at;

import dev.fairlead.alert.channel.ChannelSettings;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.NotificationId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Plans for the fallback channel what a channel cannot deliver. The copy's id comes from alert,
 * revision and channel like any other's, so a fallback that was told anyway is not told twice, and
 * a circle of fallbacks ends.
 */
final class Fallbacks {

  private static final Logger LOG = LoggerFactory.getLogger(Fallbacks.class);

  private final JdbcClient database;
  private final Map<String, ChannelSettings> channels;

  Fallbacks(JdbcClient database, Map<String, ChannelSettings> channels) {
    this.database = database;
    this.channels = Map.copyOf(channels);
  }

  /** Of the rows of this claim; in the caller's transaction. */
  void takeOver(Claim claim, String reason, Instant now) {
    List<Waiting> rows =
        database
            .sql(
                """
                select id, alert, revision, kind from notification
                where claim = ? and not handed_over order by number
                """)
            .param(claim.token())
            .query(Waiting::of)
            .list();
    handOver(claim.channel(), rows, reason, now);
  }

  /** Of everything that waits for this channel; in the caller's transaction. */
  void takeOverAll(String channel, String reason, Instant now) {
    List<Waiting> rows =
        database
            .sql(
                """
                select id, alert, revision, kind from notification
                where channel = ? and state = 'pending' and not handed_over
                order by number for update skip locked
                """)
            .param(channel)
            .query(Waiting::of)
            .list();
    handOver(channel, rows, reason, now);
  }

  private record Waiting(UUID id, AlertId alert, int revision, NoticeKind kind) {
    static Waiting of(java.sql.ResultSet row, int number) throws java.sql.SQLException {
      return new Waiting(
          row.getObject("id", UUID.class),
          new AlertId(row.getObject("alert", UUID.class)),
          row.getInt("revision"),
          NoticeKind.of(row.getString("kind")));
    }
  }

  private void handOver(String channel, List<Waiting> rows, String reason, Instant now) {
    ChannelSettings settings = channels.get(channel);
    String fallback = settings == null ? null : settings.fallback();
    ChannelSettings target = fallback == null ? null : channels.get(fallback);
    if (fallback == null || target == null) {
      return;
    }
    for (Waiting row : rows) {
      if (target.kind().hears(row.kind())) {
        copy(row, fallback, now);
        note(row, "to %s, because %s".formatted(fallback, reason), now);
        LOG.warn("channel={} notification={} goes to {} instead", channel, row.id(), fallback);
      }
      database
          .sql("update notification set handed_over = true where id = ?")
          .param(row.id())
          .update();
    }
  }

  private void copy(Waiting row, String fallback, Instant now) {
    database
        .sql(
            """
            insert into notification (id, alert, incident, revision, channel, receiver, kind, urgency,
              bulletin, caused_at, created_at, next_attempt_at)
            select :id, alert, incident, revision, :channel, receiver, kind, urgency,
              bulletin, caused_at, :now, :now
            from notification where id = :original
            on conflict do nothing
            """)
        .param("id", NotificationId.about(row.alert(), row.revision(), fallback).value())
        .param("channel", fallback)
        .param("now", at(now))
        .param("original", row.id())
        .update();
  }

  private void note(Waiting row, String detail, Instant now) {
    database
        .sql(
            """
            insert into attempt (notification, at, millis, outcome, detail)
            values (?, ?, 0, 'handed-over', ?)
            """)
        .params(row.id(), at(now), detail)
        .update();
  }
}
