package dev.fairlead.health.watch;

import dev.fairlead.health.HealthSettings;
import dev.fairlead.health.sample.Sample;
import dev.fairlead.health.sample.Samples;
import dev.fairlead.health.sample.Tally;
import dev.fairlead.service.outbox.Outbox;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Once a minute, what the minute before showed: kept as rows, told as events. */
@Component
class MinuteBook {

  private static final Logger LOG = LoggerFactory.getLogger(MinuteBook.class);

  /** How long minutes wait for a database that is away; older ones are given up. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final Watch watch;
  private final Samples samples;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final int keepDays;
  private List<Sample> waiting = new ArrayList<>();

  MinuteBook(
      Watch watch,
      Samples samples,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock,
      HealthSettings settings) {
    this.watch = watch;
    this.samples = samples;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
    this.keepDays = settings.keepDays();
  }

  /** A second after the full minute, when its last probe has been counted. */
  @Scheduled(cron = "1 * * * * *", zone = "UTC")
  void closeMinute() {
    Instant now = clock.instant();
    write(now, tally -> tally.takeEnded(now));
  }

  @Scheduled(fixedRate = 3_600_000)
  void keepPartitions() {
    try {
      samples.keepPartitions(clock.instant(), keepDays);
    } catch (DataAccessException e) {
      LOG.warn("partitions not kept reason=\"{}\" next=\"again in an hour\"", e.getMessage());
    }
  }

  @PreDestroy
  void closeBook() {
    write(clock.instant(), Tally::takeAll);
  }

  private synchronized void write(Instant now, Function<Tally, List<Sample>> minutes) {
    Instant tooOld = now.minus(PATIENCE);
    waiting.removeIf(sample -> sample.from().isBefore(tooOld));
    watch.all().forEach(one -> waiting.addAll(minutes.apply(one.tally())));
    if (waiting.isEmpty()) {
      return;
    }
    try {
      transaction.executeWithoutResult(_ -> waiting.forEach(sample -> keep(sample, now)));
      waiting = new ArrayList<>();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn(
          "minutes not written waiting={} reason=\"{}\" next=\"again in a minute\"",
          waiting.size(),
          e.getMessage());
    }
  }

  private void keep(Sample sample, Instant now) {
    samples.add(sample);
    outbox.append(HealthFacts.of(sample, now));
  }
}
