package dev.fairlead.alert.notification;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.instant;

import dev.fairlead.alert.channel.Bulletin;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.alert.channel.Rate;
import dev.fairlead.alert.channel.TokenBucket;
import dev.fairlead.events.NotificationId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The waiting notifications of a channel, as its workers see them. The channel's row is locked
 * while one is claimed, so that rate and order hold for all instances together.
 */
final class ClaimedRows {

  /** A dead worker's messages are taken over after this; a living one renews it in time. */
  static final Duration LEASE = Duration.ofSeconds(5);

  /** Looks again after so long at the latest: another instance may have planned something. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final JsonMapper json;

  ClaimedRows(JdbcClient database, TransactionTemplate transaction, JsonMapper json) {
    this.database = database;
    this.transaction = transaction;
    this.json = json;
  }

  Next next(String channel, Rate rate, Instant now) {
    return transaction.execute(
        status -> {
          Meter meter = locked(channel).at(now, rate);
          Instant free = meter.freeAt(rate);
          if (free.isAfter(now)) {
            return new Next.Wait(earlier(free, now.plus(LONGEST_WAIT)));
          }
          return dueAlert(channel, now)
              .<Next>map(alert -> claimed(channel, alert, meter.bucket(), rate, now))
              .orElseGet(() -> new Next.Wait(nextDue(channel, now)));
        });
  }

  /** Keeps claims alive whose messages are still being sent. */
  void renew(Collection<UUID> tokens, Instant now) {
    database
        .sql("update notification set lease_until = ? where state = 'sending' and claim = any(?)")
        .params(at(now.plus(LEASE)), tokens.toArray(UUID[]::new))
        .update();
  }

  /** What the channel has sent, and what its vendor has asked for. */
  private record Meter(TokenBucket bucket, Instant notBefore) {
    Meter at(Instant now, Rate rate) {
      return new Meter(bucket.at(now, rate), notBefore);
    }

    Instant freeAt(Rate rate) {
      Instant paid = bucket.nextFree(rate);
      return paid.isAfter(notBefore) ? paid : notBefore;
    }
  }

  private Meter locked(String channel) {
    database
        .sql("insert into channel values (?, 'epoch', 'epoch') on conflict do nothing")
        .param(channel)
        .update();
    return database
        .sql("select empty_until, not_before from channel where name = ? for update")
        .param(channel)
        .query(
            (row, number) ->
                new Meter(new TokenBucket(instant(row, "empty_until")), instant(row, "not_before")))
        .single();
  }

  /** The most urgent alert whose oldest untold news is due, and is not being told now. */
  private Optional<UUID> dueAlert(String channel, Instant now) {
    return database
        .sql(
            """
            select n.alert from notification n
            where n.channel = :channel and n.next_attempt_at <= :now
              and (n.state = 'pending' or (n.state = 'sending' and n.lease_until < :now))
              and not exists (
                select 1 from notification earlier
                where earlier.alert = n.alert and earlier.channel = n.channel
                  and earlier.number < n.number and earlier.state in ('pending', 'sending'))
            order by n.urgency, n.next_attempt_at, n.number
            limit 1
            """)
        .param("channel", channel)
        .param("now", at(now))
        .query(UUID.class)
        .optional();
  }

  private Next.Send claimed(
      String channel, UUID alert, TokenBucket bucket, Rate rate, Instant now) {
    UUID token = UUID.randomUUID();
    database
        .sql(
            """
            update notification
            set state = 'sending', claim = :token, lease_until = :lease, attempts = attempts + 1,
                repeated = repeated or state = 'sending'
            where channel = :channel and alert = :alert and state in ('pending', 'sending')
            """)
        .param("token", token)
        .param("lease", at(now.plus(LEASE)))
        .param("channel", channel)
        .param("alert", alert)
        .update();
    database
        .sql("update channel set empty_until = ? where name = ?")
        .params(at(bucket.afterOneAt(now, rate).emptyUntil()), channel)
        .update();
    return new Next.Send(new Claim(token, channel, rows(token), thread(channel, alert)));
  }

  private List<Claim.Row> rows(UUID token) {
    return database
        .sql(
            """
            select id, kind, bulletin, attempts, repeated, caused_at, created_at
            from notification where claim = ? and state = 'sending' order by number
            """)
        .param(token)
        .query(
            (row, number) ->
                new Claim.Row(
                    new NotificationId(row.getObject("id", UUID.class)),
                    NoticeKind.of(row.getString("kind")),
                    json.readValue(row.getString("bulletin"), Bulletin.class),
                    row.getInt("attempts"),
                    row.getBoolean("repeated"),
                    instant(row, "caused_at"),
                    instant(row, "created_at")))
        .list();
  }

  private @Nullable String thread(String channel, UUID alert) {
    return database
        .sql(
            """
            select reference from notification
            where alert = ? and channel = ? and reference is not null order by number limit 1
            """)
        .params(alert, channel)
        .query(String.class)
        .optional()
        .orElse(null);
  }

  private Instant nextDue(String channel, Instant now) {
    Instant latest = now.plus(LONGEST_WAIT);
    return database
        .sql(
            """
            select min(case state when 'sending' then lease_until else next_attempt_at end)
            from notification where channel = ? and state in ('pending', 'sending')
            """)
        .param(channel)
        .query((row, number) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
        .single()
        .map(due -> earlier(due.toInstant(), latest))
        .orElse(latest);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
