package dev.fairlead.health.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.IncidentId;
import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class VerdictStateTest {

  private static final Instant START = Instant.parse("2026-11-21T04:25:00Z");
  private static final Policy THREE_IN_TWO_MINUTES = policy(true);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private VerdictState state = VerdictState.unproven(START);
  private final List<Transition> told = new ArrayList<>();

  @Test
  @DisplayName("three failures within two minutes degrade, and two successes recover, one incident")
  void degradesAndRecovers() {
    up(0);
    down(30);
    down(60);
    assertThat(state.verdict()).isEqualTo(Verdict.HEALTHY);
    down(90);
    assertThat(state.verdict()).isEqualTo(Verdict.DEGRADED);
    up(120);
    assertThat(state.verdict()).isEqualTo(Verdict.DEGRADED);
    up(150);
    assertThat(state.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(told).hasSize(2);
    var began = (Transition.Degraded) told.getFirst();
    var ended = (Transition.Recovered) told.getLast();
    assertThat(began.failures()).isEqualTo(3);
    assertThat(began.firstFailureAt()).isEqualTo(START.plusSeconds(30));
    assertThat(ended.incident()).isEqualTo(began.incident());
    assertThat(ended.downFor()).isEqualTo(Duration.ofSeconds(120));
  }

  @Test
  @DisplayName("failures with successes in between still count; those out of the window do not")
  void countsWithinTheWindow() {
    up(0);
    down(10);
    up(20);
    down(30);
    down(130);
    assertThat(state.verdict())
        .as("the first is exactly two minutes old")
        .isEqualTo(Verdict.HEALTHY);
    down(140);
    assertThat(state.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  @DisplayName("a target that never answered is unknown until its application is deployed")
  void neverSeenUp() {
    Policy notDeployed = policy(false);
    for (int second = 0; second < 600; second += 10) {
      on(second, Finding.silent("refused"), notDeployed);
    }
    assertThat(state.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(told).isEmpty();
    down(610);
    assertThat(state.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  @DisplayName("the prober's own fault is unknown, never down, and what was known comes back")
  void blindness() {
    up(0);
    for (int second = 10; second <= 600; second += 10) {
      unclear(second);
    }
    assertThat(state.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(told).singleElement().isInstanceOf(Transition.Blinded.class);
    up(610);
    assertThat(state.verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  @DisplayName("an incident stays open through blindness and ends under its own id")
  void blindnessDuringAnIncident() {
    up(0);
    down(10);
    down(20);
    down(30);
    unclear(40);
    unclear(50);
    unclear(60);
    assertThat(state.verdict()).isEqualTo(Verdict.UNKNOWN);
    up(70);
    assertThat(state.verdict()).isEqualTo(Verdict.DEGRADED);
    up(80);
    assertThat(((Transition.Recovered) told.getLast()).incident())
        .isEqualTo(((Transition.Degraded) told.getFirst()).incident());
  }

  @Test
  @DisplayName("a flapping target stays in one incident until it was quiet for a whole window")
  void flapping() {
    up(0);
    for (int round = 0; round < 20; round++) {
      int at = 10 + round * 60;
      down(at);
      down(at + 10);
      down(at + 20);
      up(at + 30);
      up(at + 40);
    }
    assertThat(count(Transition.Degraded.class)).isEqualTo(3);
    assertThat(count(Transition.Recovered.class)).isEqualTo(2);
    assertThat(((Transition.Degraded) told.getLast()).reason())
        .isEqualTo("refused; flapping: degraded 3 times within 30 minutes");
    up(10 + 19 * 60 + 20 + 121);
    assertThat(state.verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  @DisplayName("a clock that is set back an hour neither adds failures nor hides them")
  void clockSetBack() {
    up(7200);
    down(7210);
    down(7220);
    down(3620);
    assertThat(state.verdict())
        .as("the two before moved back with the clock")
        .isEqualTo(Verdict.DEGRADED);
    state = VerdictState.unproven(START);
    up(7200);
    down(7210);
    down(7320);
    up(3600);
    down(3721);
    assertThat(state.verdict()).as("the first is out of the window").isEqualTo(Verdict.HEALTHY);
  }

  @Test
  @DisplayName("a success that changes nothing need not be saved")
  void nothingToRemember() {
    up(0);
    VerdictState before = state;
    up(10);
    assertThat(before.remembersAs(state)).isTrue();
    down(20);
    assertThat(before.remembersAs(state)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("decides as the naive model does, also when it is saved and loaded after any result")
  void agreesWithTheNaiveModel(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 60; run++) {
      Policy policy = anyPolicy(random);
      NaiveVerdicts naive = new NaiveVerdicts(policy);
      state = VerdictState.unproven(START);
      told.clear();
      Instant at = START;
      int mood = 50;
      for (int i = 0; i < 400; i++) {
        at = at.plusMillis(1 + random.nextInt(40_000));
        mood = random.nextInt(20) == 0 ? random.nextInt(100) : mood;
        ProbeResult result = new ProbeResult(at, Duration.ZERO, anyFinding(random, mood));
        naive.on(result);
        VerdictState before = state;
        on(result, policy);
        if (!before.remembersAs(state) && random.nextInt(4) == 0) {
          state = savedAndLoaded(state);
        }
        assertThat(state.verdict())
            .as("seed %d, run %d, result %d", seed, run, i)
            .isEqualTo(naive.verdict());
      }
      assertThat(told.stream().map(VerdictStateTest::word).toList()).isEqualTo(naive.told());
      assertPairs();
    }
  }

  /** Every incident is told as degraded, then recovered, and no other begins in between. */
  private void assertPairs() {
    Optional<IncidentId> open = Optional.empty();
    for (Transition transition : told) {
      switch (transition) {
        case Transition.Degraded down -> {
          assertThat(open).isEmpty();
          open = Optional.of(down.incident());
        }
        case Transition.Recovered up -> {
          assertThat(open).contains(up.incident());
          open = Optional.empty();
        }
        case Transition.Blinded _ -> assertThat(open).isNotNull();
      }
    }
    assertThat(state.incident()).isEqualTo(open);
  }

  private static VerdictState savedAndLoaded(VerdictState state) {
    VerdictState loaded = JSON.readValue(JSON.writeValueAsString(state), VerdictState.class);
    assertThat(loaded).isEqualTo(state);
    return loaded;
  }

  private static String word(Transition transition) {
    return switch (transition) {
      case Transition.Degraded _ -> "degraded";
      case Transition.Recovered _ -> "recovered";
      case Transition.Blinded _ -> "blinded";
    };
  }

  private static Finding anyFinding(Random random, int mood) {
    int dice = random.nextInt(100);
    if (dice < 8) {
      return new Finding.Unclear("no network");
    }
    return random.nextInt(100) < mood ? Finding.up() : Finding.silent("refused");
  }

  private static Policy anyPolicy(Random random) {
    return new Policy(
        1 + random.nextInt(5),
        Duration.ofSeconds(30 + random.nextInt(300)),
        1 + random.nextInt(4),
        random.nextBoolean(),
        new Policy.Flapping(2 + random.nextInt(3), Duration.ofMinutes(5 + random.nextInt(60))));
  }

  private static Policy policy(boolean expectedUp) {
    return new Policy(
        3, Duration.ofMinutes(2), 2, expectedUp, new Policy.Flapping(3, Duration.ofMinutes(30)));
  }

  private long count(Class<? extends Transition> kind) {
    return told.stream().filter(kind::isInstance).count();
  }

  private void up(int second) {
    on(second, Finding.up(), THREE_IN_TWO_MINUTES);
  }

  private void down(int second) {
    on(second, Finding.silent("refused"), THREE_IN_TWO_MINUTES);
  }

  private void unclear(int second) {
    on(second, new Finding.Unclear("no network"), THREE_IN_TWO_MINUTES);
  }

  private void on(int second, Finding finding, Policy policy) {
    on(new ProbeResult(START.plusSeconds(second), Duration.ZERO, finding), policy);
  }

  private void on(ProbeResult result, Policy policy) {
    var judgement = state.on(result, policy, IncidentId.random());
    state = judgement.next();
    judgement.transition().ifPresent(told::add);
  }
}
