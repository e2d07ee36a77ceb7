package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.deployer.rollout.Looks;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.verification.Evidence.Counts;
import dev.fairlead.deployer.verification.Scene.Actor;
import dev.fairlead.stack.testing.InSecondLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole watches at 50 requests a second, 25 for each release, by the second. */
@DisplayName("The comparison of two releases that serve side by side")
@InSecondLane
class SequentialTest {

  private static final int WINDOW = 10;
  private static final FiguresCheck CHECK =
      new FiguresCheck(Duration.ofSeconds(WINDOW), 20, 0.10, Duration.ofSeconds(1), 0.01, 1.5);

  /** How a watch ended, and after how many seconds. */
  private record End(Verdict verdict, int second) {}

  @ParameterizedTest(name = "{0} errors")
  @CsvSource({"0, 0", "0.001, 0", "0.01, 0", "0.05, 1"})
  @DisplayName("condemns one that is as good as the other in at most one of 1000 watches")
  void sameRelease(double errorRate, int condemned) {
    List<End> ends =
        watches(250, Actor.old(25, errorRate).slow(0.05), Actor.fresh(25, errorRate).slow(0.05));

    assertThat(ends)
        .filteredOn(end -> end.verdict() instanceof Verdict.Failed)
        .hasSizeLessThanOrEqualTo(condemned);
  }

  @ParameterizedTest(name = "{0} errors")
  @CsvSource({"0, 0.99", "0.001, 0.99", "0.01, 0.98", "0.02, 0.95"})
  @DisplayName("mostly passes it, and otherwise says that it cannot tell")
  void sameReleasePasses(double errorRate, double share) {
    assertThat(
            share(
                watches(100, Actor.old(25, errorRate), Actor.fresh(25, errorRate)),
                Verdict.Passed.class))
        .isGreaterThanOrEqualTo(share);
  }

  @ParameterizedTest(name = "from {0} errors: within {1} s in {2}, at last in {3} of all cases")
  @CsvSource({
    "0, 60, 0.98, 0.99",
    "0.001, 60, 0.95, 0.99",
    "0.01, 80, 0.78, 0.99",
    "0.02, 80, 0.5, 0.92"
  })
  @DisplayName("catches two percent more errors, and hardly ever passes them")
  void worse(double errorRate, int seconds, double soon, double caught) {
    List<End> ends = watches(300, Actor.old(25, errorRate), Actor.fresh(25, errorRate + 0.02));

    assertThat(ends.stream().filter(end -> end.second() <= seconds).toList())
        .filteredOn(end -> end.verdict() instanceof Verdict.Failed)
        .hasSizeGreaterThanOrEqualTo((int) (soon * ends.size()));
    assertThat(share(ends, Verdict.Failed.class)).isGreaterThanOrEqualTo(caught);
    assertThat(share(ends, Verdict.Passed.class)).isLessThanOrEqualTo(0.01);
  }

  @Test
  @DisplayName("catches a release of which one request in eight takes ten times as long")
  void slower() {
    List<End> ends = watches(100, Actor.old(25, 0), Actor.fresh(25, 0).slow(0.125));

    assertThat(share(ends, Verdict.Passed.class)).isLessThanOrEqualTo(0.05);
    assertThat(share(ends, Verdict.Failed.class)).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  @DisplayName("condemns nobody for an outage that both releases share")
  void sharedOutage() {
    Actor old = Actor.old(25, 0.01).unwell(20, 40, 0.08);
    Actor fresh = Actor.fresh(25, 0.01).unwell(20, 40, 0.08);

    assertThat(watches(250, old, fresh)).noneMatch(end -> end.verdict() instanceof Verdict.Failed);
  }

  @Test
  @DisplayName("condemns nobody for one bad second, and everybody who does not answer at all")
  void badSeconds() {
    Actor old = Actor.old(25, 0.001);
    List<End> shaky = watches(100, old, Actor.fresh(25, 0.001).unwell(5, 6, 0.9));
    List<End> dead = watches(100, old, Actor.fresh(25, 1));

    assertThat(shaky).noneMatch(end -> end.verdict() instanceof Verdict.Failed);
    assertThat(dead).allMatch(end -> end.verdict() instanceof Verdict.Failed && end.second() <= 3);
  }

  @Test
  @DisplayName("counts out at the end what came close, and is right about how likely that is")
  void finalCount() {
    List<Counts> one = List.of(new Counts(3, 4, 0, 4));
    assertThat(FinalCount.chanceBesideOthers(List.of(new Counts(1, 4, 2, 4))))
        .as("1 or more of 3 in 4 of 8: 1 - C(4,3) / C(8,3)")
        .isCloseTo(1 - 4.0 / 56, within(1e-12));
    assertThat(FinalCount.chanceBesideOthers(one))
        .as("of 3 in one moment a third is believed")
        .isCloseTo(1 - 4.0 / 56, within(1e-12));
    assertThat(FinalCount.chanceAt(0.5, List.of(new Counts(1, 2, 0, 0), new Counts(1, 2, 0, 0))))
        .as("2 or more of 4 at one half")
        .isCloseTo(11.0 / 16, within(1e-12));
    Random random = new Random(11);
    long lucky =
        IntStream.range(0, 2_000)
            .mapToObj(run -> moments(random))
            .filter(moments -> FinalCount.chanceBesideOthers(moments) <= 0.05)
            .count();
    assertThat(lucky).as("of 2000 that are the same").isBetween(20L, 120L);
  }

  private static List<Counts> moments(Random random) {
    return IntStream.range(0, 80)
        .mapToObj(i -> new Counts(hits(random, 30), 30, hits(random, 20), 20))
        .toList();
  }

  @Test
  @DisplayName("gives an e-value above 20 to at most one of twenty releases that are the same")
  void alwaysValid() {
    int crossed = 0;
    Random random = new Random(7);
    for (int run = 0; run < 1000; run++) {
      crossed += everAbove(20, random) ? 1 : 0;
    }

    assertThat(crossed).isLessThanOrEqualTo(50);
  }

  @Test
  @DisplayName("condemns also with few requests a release most of whose requests fail")
  void fewRequests() {
    List<End> ends = watches(100, Actor.fresh(0.2, 1));
    assertThat(ends).extracting(End::verdict).noneMatch(Verdict.Passed.class::isInstance);
    assertThat(share(ends, Verdict.Failed.class)).isGreaterThanOrEqualTo(0.8);
  }

  @Test
  @DisplayName("condemns with few requests none that is as good as the other or as it was before")
  void fewRequestsAlike() {
    for (double errors : new double[] {0, 0.05, 0.6, 1}) {
      for (double perSecond : new double[] {0.1, 0.2}) {
        assertThat(
                condemnedBelowTheMinimum(
                    watches(100, Actor.old(perSecond, errors), Actor.fresh(perSecond, errors))))
            .as("%s errors, %s requests a second", errors, perSecond)
            .isLessThanOrEqualTo(1);
      }
    }
  }

  private static long condemnedBelowTheMinimum(List<End> ends) {
    return ends.stream()
        .map(End::verdict)
        .filter(Verdict.Failed.class::isInstance)
        .filter(verdict -> verdict.evidence().contains("most of its requests fail"))
        .count();
  }

  /** Whether it is ever exceeded in 100 moments, looking after each. */
  private static boolean everAbove(double value, Random random) {
    List<Counts> moments = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      moments.add(new Counts(hits(random, 40), 40, hits(random, 10), 10));
      if (Evidence.thatWorseThanOthers(moments) >= value) {
        return true;
      }
    }
    return false;
  }

  private static long hits(Random random, int trials) {
    return random.doubles(trials).filter(value -> value < 0.05).count();
  }

  private static double share(List<End> ends, Class<? extends Verdict> kind) {
    return ends.stream().filter(end -> kind.isInstance(end.verdict())).count()
        / (double) ends.size();
  }

  private static List<End> watches(int count, Actor... actors) {
    return IntStream.range(0, count)
        .mapToObj(seed -> watch(new Scene(new Random(seed), actors)))
        .toList();
  }

  /** As the watch at a real router goes: an alarm after each second, a verdict at each look. */
  private static End watch(Scene scene) {
    Ticks ticks = new Ticks();
    int look = 0;
    RouteState before = scene.report();
    for (int second = 1; look < Looks.COUNT; second++) {
      RouteState now = scene.afterASecond();
      ticks.add(Tick.between(before, now, Scene.JUDGED));
      before = now;
      Judgement judgement = new Judgement(CHECK, Baseline.NONE, ticks, "seen");
      var alarm = judgement.alarm();
      if (alarm.isPresent()) {
        return new End(alarm.get(), second);
      }
      if (second == WINDOW << look) {
        Verdict verdict = judgement.verdict(look++);
        if (!(verdict instanceof Verdict.Inconclusive)
            || look == Looks.COUNT
            || judgement.hopeless(look - 1)) {
          return new End(verdict, second);
        }
      }
    }
    throw new IllegalStateException("the watch did not end");
  }
}
