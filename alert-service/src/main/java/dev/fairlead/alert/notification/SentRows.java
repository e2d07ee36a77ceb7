package dev.fairlead.alert.notification;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.atOrNull;

import dev.fairlead.alert.channel.Backoff;
import dev.fairlead.alert.channel.Outcome;
import dev.fairlead.events.AlertEvent.NotificationDelivered;
import dev.fairlead.events.AlertEvent.NotificationFailed;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes down what became of a claim: state, attempt and event in one transaction. A claim that has
 * been taken over in the meantime changes nothing any more.
 */
final class SentRows {

  private static final Logger LOG = LoggerFactory.getLogger(SentRows.class);

  /** So many failed attempts in a row and the fallback takes over. */
  private static final int PATIENCE = 3;

  /** A channel that wants a longer pause than this is as good as down for whoever is waiting. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Outbox outbox;
  private final Fallbacks fallbacks;
  private final Duration giveUpAfter;

  SentRows(
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Fallbacks fallbacks,
      Duration giveUpAfter) {
    this.database = database;
    this.transaction = transaction;
    this.outbox = outbox;
    this.fallbacks = fallbacks;
    this.giveUpAfter = giveUpAfter;
  }

  void record(Claim claim, String destination, Outcome outcome, Instant began, Instant now) {
    transaction.executeWithoutResult(
        status -> {
          if (!stillOurs(claim)) {
            LOG.warn(
                "channel={} notification={} was taken over by another worker, which sends it with"
                    + " the same key",
                claim.channel(),
                claim.latest().id());
            return;
          }
          switch (outcome) {
            case Outcome.Delivered delivered ->
                delivered(claim, destination, delivered, began, now);
            case Outcome.Throttled throttled ->
                later(claim, destination, throttled, throttled.notBefore(), began, now);
            case Outcome.Unavailable unavailable ->
                later(
                    claim, destination, unavailable, retryAt(claim, unavailable, now), began, now);
            case Outcome.Refused refused -> failed(claim, destination, refused, began, now);
          }
        });
  }

  private boolean stillOurs(Claim claim) {
    return !database
        .sql("select 1 from notification where claim = ? and state = 'sending' for update")
        .param(claim.token())
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  private void delivered(
      Claim claim, String destination, Outcome.Delivered outcome, Instant began, Instant now) {
    Claim.Row latest = claim.latest();
    database
        .sql(
            """
            update notification
            set state = case when id = :latest then 'delivered' else 'combined' end,
                finished_at = :now, detail = :detail, reference = :reference
            where claim = :claim and state = 'sending'
            """)
        .param("latest", latest.id().value())
        .param("now", at(now))
        .param("detail", outcome.detail())
        .param("reference", outcome.reference())
        .param("claim", claim.token())
        .update();
    attempt(claim, "delivered", outcome.detail(), began, now, null);
    outbox.append(
        envelope(
            claim,
            now,
            new NotificationDelivered(
                latest.id(),
                latest.bulletin().alert(),
                latest.bulletin().incident(),
                claim.channel(),
                destination,
                claim.attempts(),
                Math.max(0, Duration.between(latest.causedAt(), now).toMillis()))));
    LOG.info(
        "channel={} notification={} alert={} {}delivered after attempt {}",
        claim.channel(),
        latest.id(),
        latest.bulletin().alert(),
        claim.rows().size() > 1 ? "(%d in one) ".formatted(claim.rows().size()) : "",
        claim.attempts());
  }

  private Instant retryAt(Claim claim, Outcome.Unavailable outcome, Instant now) {
    Instant own =
        now.plus(Backoff.after(claim.attempts(), ThreadLocalRandom.current().nextDouble()));
    Instant asked = outcome.notBefore();
    return asked != null && asked.isAfter(own) ? asked : own;
  }

  private void later(
      Claim claim, String destination, Outcome outcome, Instant next, Instant began, Instant now) {
    if (next.isAfter(claim.waitingSince().plus(giveUpAfter))) {
      failed(claim, destination, outcome, began, now);
      return;
    }
    database
        .sql(
            """
            update notification
            set state = 'pending', next_attempt_at = ?, claim = null, lease_until = null, detail = ?
            where claim = ? and state = 'sending'
            """)
        .params(at(next), outcome.detail(), claim.token())
        .update();
    if (asked(outcome)) {
      // What a vendor asks for holds for the whole channel.
      database
          .sql("update channel set not_before = greatest(not_before, ?) where name = ?")
          .params(at(next), claim.channel())
          .update();
    }
    attempt(claim, wordOf(outcome), outcome.detail(), began, now, next);
    announce(claim, destination, outcome, next, now);
    if (claim.attempts() >= PATIENCE || next.isAfter(now.plus(LONGEST_PAUSE))) {
      fallbacks.takeOver(claim, outcome.detail(), now);
    }
  }

  private static boolean asked(Outcome outcome) {
    return outcome instanceof Outcome.Throttled
        || (outcome instanceof Outcome.Unavailable down && down.notBefore() != null);
  }

  private void failed(
      Claim claim, String destination, Outcome outcome, Instant began, Instant now) {
    fallbacks.takeOver(claim, outcome.detail(), now);
    database
        .sql(
            """
            update notification set state = 'failed', finished_at = ?, detail = ?
            where claim = ? and state = 'sending'
            """)
        .params(at(now), outcome.detail(), claim.token())
        .update();
    attempt(claim, wordOf(outcome), outcome.detail(), began, now, null);
    announce(claim, destination, outcome, null, now);
  }

  private void announce(
      Claim claim, String destination, Outcome outcome, @Nullable Instant next, Instant now) {
    Claim.Row latest = claim.latest();
    outbox.append(
        envelope(
            claim,
            now,
            new NotificationFailed(
                latest.id(),
                latest.bulletin().alert(),
                latest.bulletin().incident(),
                claim.channel(),
                destination,
                claim.attempts(),
                outcome.detail(),
                next)));
    LOG.warn(
        "channel={} notification={} alert={} attempt {} failed: {}; next {}",
        claim.channel(),
        latest.id(),
        latest.bulletin().alert(),
        claim.attempts(),
        outcome.detail(),
        next == null ? "none" : next);
  }

  private void attempt(
      Claim claim, String word, String detail, Instant began, Instant now, @Nullable Instant next) {
    database
        .sql(
            """
            insert into attempt (notification, at, millis, outcome, detail, next_attempt_at)
            values (:notification, :at, :millis, :outcome, :detail, :next)
            """)
        .param("notification", claim.latest().id().value())
        .param("at", at(now))
        .param("millis", Duration.between(began, now).toMillis())
        .param("outcome", word)
        .param("detail", detail)
        .param("next", atOrNull(next))
        .update();
  }

  private static Envelope envelope(Claim claim, Instant now, dev.fairlead.events.AlertEvent event) {
    return Envelope.of("alert", now, event).correlatedBy(claim.latest().bulletin().incident());
  }

  private static String wordOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered _ -> "delivered";
      case Outcome.Throttled _ -> "throttled";
      case Outcome.Unavailable _ -> "unavailable";
      case Outcome.Refused _ -> "refused";
    };
  }
}
