package dev.fairlead.alert.notification;

import dev.fairlead.alert.channel.Channel;
import dev.fairlead.alert.channel.Outcome;
import dev.fairlead.alert.channel.Rate;
import dev.fairlead.service.secret.Redaction;
import dev.fairlead.service.secret.SecretNotFound;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Sends what waits for one channel, one message after the other. */
final class ChannelWorker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelWorker.class);

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How long a result is kept in hand while the database is away; then the lease has run out. */
  private static final int RECORDING_TRIES = 60;

  private final String name;
  private final Channel channel;
  private final Rate rate;
  private final CircuitBreaker breaker;
  private final ClaimedRows waiting;
  private final SentRows sent;
  private final Fallbacks fallbacks;
  private final TransactionTemplate transaction;
  private final Set<UUID> inHand;
  private final Clock clock;
  private final Wakeup wakeup = new Wakeup();
  private volatile boolean stopping;

  ChannelWorker(
      String name,
      Channel channel,
      Rate rate,
      CircuitBreaker breaker,
      ClaimedRows waiting,
      SentRows sent,
      Fallbacks fallbacks,
      TransactionTemplate transaction,
      Set<UUID> inHand,
      Clock clock) {
    this.name = name;
    this.channel = channel;
    this.rate = rate;
    this.breaker = breaker;
    this.waiting = waiting;
    this.sent = sent;
    this.fallbacks = fallbacks;
    this.transaction = transaction;
    this.inHand = inHand;
    this.clock = clock;
  }

  void wake() {
    wakeup.signal();
  }

  /** Finishes the message in hand and takes no other. */
  void stop() {
    stopping = true;
    wakeup.signal();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        wakeup.await(turn());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to sleep afterwards. */
  private Duration turn() throws InterruptedException {
    try {
      return breaker.tryAcquirePermission() ? permitted() : blocked();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("channel={} waits for the database: {}", name, e.getMessage());
      return PAUSE;
    }
  }

  private Duration permitted() throws InterruptedException {
    Next next;
    try {
      next = waiting.next(name, rate, clock.instant());
    } catch (RuntimeException e) {
      breaker.releasePermission();
      throw e;
    }
    switch (next) {
      case Next.Wait wait -> {
        breaker.releasePermission();
        return Duration.between(clock.instant(), wait.until());
      }
      case Next.Send send -> {
        attempt(send.claim());
        return Duration.ZERO;
      }
    }
  }

  /** The channel is down: whoever waits for it gets the fallback. */
  private Duration blocked() {
    transaction.executeWithoutResult(
        status -> fallbacks.takeOverAll(name, name + " is down (circuit open)", clock.instant()));
    return PAUSE;
  }

  private void attempt(Claim claim) throws InterruptedException {
    inHand.add(claim.token());
    try {
      Instant began = clock.instant();
      Outcome outcome = delivered(claim, began);
      recorded(claim, outcome, began);
    } finally {
      inHand.remove(claim.token());
    }
  }

  private Outcome delivered(Claim claim, Instant now) {
    long start = System.nanoTime();
    Outcome outcome = guarded(claim, now);
    long took = System.nanoTime() - start;
    switch (outcome) {
      case Outcome.Delivered _, Outcome.Refused _ -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
      case Outcome.Throttled _ -> breaker.releasePermission();
      case Outcome.Unavailable down ->
          breaker.onError(took, TimeUnit.NANOSECONDS, new ChannelDown(down.detail()));
    }
    return outcome;
  }

  private Outcome guarded(Claim claim, Instant now) {
    try {
      return redacted(channel.deliver(claim.delivery(now)));
    } catch (SecretNotFound e) {
      return new Outcome.Unavailable(String.valueOf(e.getMessage()), null);
    } catch (RuntimeException e) {
      // Its message may quote what the secret held, such as a URL that is none.
      LOG.warn("channel={} failed in an unforeseen way", name, e);
      return new Outcome.Unavailable(
          "unforeseen %s; check the channel's settings and secrets"
              .formatted(e.getClass().getSimpleName()),
          null);
    }
  }

  private static Outcome redacted(Outcome outcome) {
    String detail = Redaction.redact(outcome.detail());
    return switch (outcome) {
      case Outcome.Delivered delivered -> new Outcome.Delivered(detail, delivered.reference());
      case Outcome.Throttled throttled -> new Outcome.Throttled(detail, throttled.notBefore());
      case Outcome.Unavailable down -> new Outcome.Unavailable(detail, down.notBefore());
      case Outcome.Refused _ -> new Outcome.Refused(detail);
    };
  }

  private void recorded(Claim claim, Outcome outcome, Instant began) throws InterruptedException {
    Instant now = clock.instant();
    for (int tries = 1; ; tries++) {
      try {
        sent.record(claim, channel.destination(), outcome, began, now);
        return;
      } catch (DataAccessException | TransactionException e) {
        if (tries == RECORDING_TRIES) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** What the breaker counts. */
  private static final class ChannelDown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChannelDown(String detail) {
      super(detail);
    }
  }
}
