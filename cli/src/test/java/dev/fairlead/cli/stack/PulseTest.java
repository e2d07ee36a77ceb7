package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pulse of a stack")
class PulseTest {

  private static final Instant START = Instant.parse("2026-11-29T04:00:00Z");
  private static final long PID = 4711;

  @Test
  @DisplayName("tells a member that has not answered nine looks in a row, and not one look sooner")
  void nineLooks() {
    Pulse pulse = looks(Pulse.NEW, 1);
    pulse = looks(pulse, Silence.HUNG - 1, Member.ADR);
    assertThat(pulse.hung(START)).isEmpty();

    pulse = looks(pulse, 1, Member.ADR);

    assertThat(pulse.hung(START)).hasValue(new Pulse.Hung(Member.ADR, PID, Silence.HUNG));
  }

  @Test
  @DisplayName("begins to count anew at any answer, and with another process")
  void countsInARow() {
    Pulse pulse = looks(looks(Pulse.NEW, 1), Silence.HUNG - 1, Member.ADR);
    pulse = looks(looks(pulse, 1), Silence.HUNG - 1, Member.ADR);
    assertThat(pulse.hung(START)).isEmpty();

    Pulse another = pulse.after(Map.of(Member.ADR, new Pulse.Look(PID + 1, false)));
    assertThat(another.hung(START)).isEmpty();
  }

  @Test
  @DisplayName("has ten minutes of patience with a process that has never answered")
  void neverStarted() {
    Pulse pulse = looks(Pulse.NEW, Silence.NEVER_STARTED - 1, Member.ADR);
    assertThat(pulse.hung(START)).isEmpty();
    assertThat(looks(pulse, 1, Member.ADR).hung(START)).isPresent();
  }

  @Test
  @DisplayName("blames no service when half of all are silent, but a store that the others need")
  void slowMachine() {
    Pulse pulse = looks(Pulse.NEW, 1);
    Member[] half = {Member.EDGE, Member.ADR, Member.ALERT, Member.HEALTH, Member.CONSOLE};
    assertThat(looks(pulse, 99, half).hung(START)).isEmpty();

    half[0] = Member.KAFKA;
    assertThat(looks(pulse, Silence.HUNG, half).hung(START))
        .map(Pulse.Hung::member)
        .hasValue(Member.KAFKA);
  }

  @Test
  @DisplayName("leaves five minutes between two that are ended, and gives the others their time")
  void oneAtATime() {
    Pulse pulse = looks(looks(Pulse.NEW, 1), Silence.HUNG, Member.ADR, Member.ALERT);

    pulse = pulse.afterEnding(Member.ALERT, START);

    assertThat(looks(pulse, Silence.HUNG - 1, Member.ADR).hung(START.plus(Pulse.PAUSE))).isEmpty();
    pulse = looks(pulse, Silence.HUNG, Member.ADR);
    assertThat(pulse.hung(START.plus(Pulse.PAUSE).minusMillis(1))).isEmpty();
    assertThat(pulse.hung(START.plus(Pulse.PAUSE))).isPresent();
  }

  @Test
  @DisplayName("ends a member three times an hour, and leaves it to people then")
  void noLoop() {
    Pulse pulse = Pulse.NEW;
    Instant now = START;
    for (int time = 0; time < Pulse.MOST_TIMES; time++) {
      pulse = looks(looks(pulse, 1), Silence.HUNG, Member.ADR);
      assertThat(pulse.hung(now)).isPresent();
      pulse = pulse.afterEnding(Member.ADR, now);
      now = now.plus(Pulse.PAUSE);
    }
    pulse = looks(looks(pulse, 1), 99, Member.ADR);

    assertThat(pulse.hung(now)).isEmpty();
    assertThat(pulse.isLeftToPeople(Member.ADR, now)).isTrue();
    assertThat(pulse.hung(now.plus(Duration.ofHours(1)))).isPresent();
  }

  /** All are alive and answer, but these. */
  private static Pulse looks(Pulse pulse, int looks, Member... silent) {
    Map<Member, Pulse.Look> seen = new EnumMap<>(Member.class);
    for (Member member : Member.values()) {
      seen.put(member, new Pulse.Look(PID, !List.of(silent).contains(member)));
    }
    Pulse next = pulse;
    for (int look = 0; look < looks; look++) {
      next = next.after(seen);
    }
    return next;
  }
}
