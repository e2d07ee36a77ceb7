package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pace of a channel")
class PaceTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  @Test
  @DisplayName("Retry-After in seconds and as a date is kept to the second")
  void retryAfter() {
    assertThat(RetryAfter.parse("0", NOW)).contains(NOW);
    assertThat(RetryAfter.parse(" 120 ", NOW)).contains(NOW.plusSeconds(120));
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 10:00:07 GMT", NOW)).contains(NOW.plusSeconds(7));
    assertThat(RetryAfter.parse("-5", NOW)).isEmpty();
    assertThat(RetryAfter.parse("soon", NOW)).isEmpty();
    assertThat(RetryAfter.parse("999999999999", NOW)).isEmpty();
  }

  @Test
  @DisplayName("the backoff doubles from a second to five minutes, and a quarter at most is added")
  void backoff() {
    assertThat(Backoff.after(1, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Backoff.after(4, 0)).isEqualTo(Duration.ofSeconds(8));
    assertThat(Backoff.after(1_000, 0)).isEqualTo(Duration.ofMinutes(5));
    assertThat(Backoff.after(1, 1)).isEqualTo(Duration.ofMillis(1_250));
  }

  @Test
  @DisplayName(
      "whatever the demand, no window of a rate's length plus its burst holds more than it allows")
  void bucket() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      Rate rate = new Rate(1 + random.nextInt(20), Duration.ofMillis(100 + random.nextInt(5_000)));
      TokenBucket bucket = new TokenBucket(Instant.EPOCH);
      Instant now = NOW;
      java.util.List<Instant> sent = new java.util.ArrayList<>();
      for (int i = 0; i < 100; i++) {
        now = now.plusMillis(random.nextInt(50));
        Instant free = bucket.nextFree(rate);
        now = free.isAfter(now) ? free : now;
        bucket = bucket.afterOneAt(now, rate);
        sent.add(now);
      }
      int burstAndOne = rate.messages() + 1;
      for (int i = burstAndOne; i < sent.size(); i++) {
        Duration span = Duration.between(sent.get(i - burstAndOne), sent.get(i));
        assertThat(span).isGreaterThanOrEqualTo(rate.interval().multipliedBy(2).minusMillis(1));
      }
    }
  }

  @Test
  @DisplayName("a bucket that a clock two hours ahead has filled does not silence the channel")
  void clockPutBack() {
    Rate rate = new Rate(5, Duration.ofSeconds(10));
    TokenBucket ahead = new TokenBucket(Instant.EPOCH).afterOneAt(NOW.plusSeconds(7200), rate);
    TokenBucket full = new TokenBucket(NOW.plusSeconds(10));

    assertThat(ahead.at(NOW, rate).nextFree(rate)).isBeforeOrEqualTo(NOW);
    assertThat(full.at(NOW, rate)).as("a burst that was just sent").isEqualTo(full);
  }

  @Test
  @DisplayName("durations are said in their two largest units")
  void spans() {
    assertThat(Spans.words(Duration.ofSeconds(4))).isEqualTo("4 s");
    assertThat(Spans.words(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(Spans.words(Duration.ofHours(50))).isEqualTo("2 d 2 h");
    assertThat(Spans.words(Duration.ofSeconds(-1))).isEqualTo("0 s");
  }
}
