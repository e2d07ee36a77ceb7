package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.events.DecisionEvent.DecisionReviewDue;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells, once, that the review date of a decision that stands has come. */
@Component
class ReviewCalendar {

  private static final Logger LOG = LoggerFactory.getLogger(ReviewCalendar.class);

  private final Index index;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  ReviewCalendar(Index index, Outbox outbox, TransactionTemplate transaction, Clock clock) {
    this.index = index;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  @Scheduled(fixedDelay = 30_000, initialDelay = 10_000)
  void look() {
    try {
      transaction.executeWithoutResult(_ -> tellWhatIsDue(clock.instant()));
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("reviews not looked at reason=\"{}\" next=\"again in 30 s\"", e.getMessage());
    }
  }

  private void tellWhatIsDue(Instant now) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    for (Known one : index.all().values()) {
      Decision decision = one.decision();
      LocalDate reviewBy = decision.reviewBy();
      boolean stands = decision.is(DecisionStatus.ACCEPTED);
      if (!stands || reviewBy == null || reviewBy.isAfter(today)) {
        continue;
      }
      if (index.reviewTold(decision.id(), reviewBy)) {
        outbox.append(
            Envelope.of(
                "adr", now, new DecisionReviewDue(decision.id(), decision.title(), reviewBy)));
        LOG.info("review due decision={} by={}", decision.id(), reviewBy);
      }
    }
  }
}
