package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.retention.Retention.Copy;
import dev.fairlead.backup.retention.Retention.Policy;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.retention.Retention.Verdict.Delete;
import dev.fairlead.backup.retention.Retention.Verdict.Keep;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final Instant NOW = Instant.parse("2026-03-01T03:30:00Z");
  private static final Policy SEVEN = new Policy(7, null, Generations.NONE);
  private static final Policy THIRTY_DAYS = new Policy(null, Duration.ofDays(30), Generations.NONE);

  @Test
  void theSevenNewestStay() {
    List<Copy> copies = daily(10);

    List<Verdict> verdicts = Retention.decide(copies, SEVEN, NOW);

    assertThat(deleted(verdicts)).containsExactlyElementsOf(ids(copies.subList(7, 10)));
    assertThat(verdicts.getFirst().reason()).isEqualTo("the newest good one");
    assertThat(verdicts.get(6).reason()).isEqualTo("one of the 7 newest good ones");
    assertThat(verdicts.get(7).reason()).isEqualTo("7 days old, and 7 good ones are newer");
  }

  @Test
  void whenAllFailedForTwoMonthsTheLastGoodOneStays() {
    Copy lastGood = copy(60, true, false, false);

    List<Verdict> verdicts =
        Retention.decide(
            List.of(copy(1, false, false, false), lastGood, copy(61, true, false, false)),
            THIRTY_DAYS,
            NOW);

    assertThat(deleted(verdicts)).hasSize(1).doesNotContain(lastGood.backup());
  }

  @Test
  void badOnesDoNotPushGoodOnesOut() {
    List<Copy> copies = new ArrayList<>();
    for (int day = 0; day < 20; day++) {
      copies.add(copy(day, day >= 10, false, false));
    }

    List<Verdict> verdicts = Retention.decide(copies, SEVEN, NOW);

    assertThat(deleted(verdicts)).containsExactlyElementsOf(ids(copies.subList(17, 20)));
  }

  @Test
  void whatIsPinnedOrBeingRestoredOrFromTheFutureStays() {
    List<Copy> copies =
        List.of(
            copy(-2, true, false, false),
            copy(0, true, false, false),
            copy(100, true, true, false),
            copy(200, true, false, true));

    assertThat(Retention.decide(copies, new Policy(1, null, Generations.NONE), NOW))
        .allSatisfy(verdict -> assertThat(verdict).isInstanceOf(Keep.class));
  }

  @Test
  void theNewestOfEachDayWeekMonthAndYearStays() {
    List<Copy> copies = new ArrayList<>();
    for (int hour = 0; hour < 24 * 800; hour += 12) {
      copies.add(at(NOW.minus(Duration.ofHours(hour))));
    }

    List<Verdict> verdicts =
        Retention.decide(copies, new Policy(null, null, Generations.of(3, 3, 3, 2)), NOW);

    Set<BackupId> gone = Set.copyOf(deleted(verdicts));
    assertThat(copies)
        .filteredOn(copy -> !gone.contains(copy.backup()))
        .extracting(copy -> copy.snapshotAt().toString())
        .containsExactly(
            "2026-03-01T03:30:00Z", // the newest of all
            "2026-02-28T15:30:00Z", // days
            "2026-02-27T15:30:00Z",
            "2026-02-22T15:30:00Z", // weeks, which end on Sunday
            "2026-02-15T15:30:00Z",
            "2026-01-31T15:30:00Z", // months
            "2025-12-31T15:30:00Z"); // years
    assertThat(verdicts.get(1).reason()).isEqualTo("the newest of one of 3 days");
  }

  @Test
  void theLastOneThatWasDrilledStays() {
    Copy drilled =
        new Copy(BackupId.random(), NOW.minus(Duration.ofDays(400)), true, true, false, false);
    List<Copy> copies = new ArrayList<>(daily(10));
    copies.add(drilled);

    List<Verdict> verdicts = Retention.decide(copies, SEVEN, NOW);

    assertThat(verdicts.getLast().reason()).isEqualTo("the newest one that was proved by a drill");
  }

  @Test
  void aPolicyThatKeepsNothingIsRefused() {
    assertThatThrownBy(() -> new Policy(null, null, Generations.NONE))
        .hasMessageContaining("keep-last");
  }

  @Test
  void inAnyHistoryNothingThatIsNeededGoes() {
    Random random = new Random(42);
    for (int history = 0; history < 20_000; history++) {
      List<Copy> copies = new ArrayList<>();
      for (int n = random.nextInt(25); n > 0; n--) {
        copies.add(
            new Copy(
                BackupId.random(),
                NOW.minus(Duration.ofHours(random.nextInt(-72, 2_200))),
                random.nextInt(3) > 0,
                random.nextInt(4) == 0,
                random.nextInt(9) == 0,
                random.nextInt(9) == 0));
      }
      Policy policy =
          new Policy(
              random.nextBoolean() ? 1 + random.nextInt(9) : null,
              Duration.ofDays(1 + random.nextInt(40)),
              Generations.of(maybe(random), maybe(random), maybe(random), maybe(random)));
      check(copies, Retention.decide(copies, policy, NOW), policy);
    }
  }

  private static void check(List<Copy> copies, List<Verdict> verdicts, Policy policy) {
    Set<BackupId> gone = Set.copyOf(deleted(verdicts));
    assertThat(verdicts).hasSameSizeAs(copies);
    assertThat(copies)
        .filteredOn(copy -> gone.contains(copy.backup()))
        .noneMatch(Copy::pinned)
        .noneMatch(Copy::beingRestored)
        .noneMatch(copy -> copy.snapshotAt().isAfter(NOW));
    long goodBefore = copies.stream().filter(RetentionTest::isGoodNow).count();
    long goodAfter =
        copies.stream().filter(c -> isGoodNow(c) && !gone.contains(c.backup())).count();
    int promised = policy.keepLast() == null ? 1 : policy.keepLast();
    assertThat(goodAfter).isGreaterThanOrEqualTo(Math.min(goodBefore, promised));
    newest(copies.stream().filter(RetentionTest::isGoodNow))
        .ifPresent(copy -> assertThat(gone).doesNotContain(copy.backup()));
    newest(copies.stream().filter(copy -> isGoodNow(copy) && copy.drilled()))
        .ifPresent(copy -> assertThat(gone).as("the last proved").doesNotContain(copy.backup()));
    policy
        .generations()
        .counts()
        .forEach((period, count) -> checkPeriod(copies, gone, period, count));
    List<Copy> left = copies.stream().filter(copy -> !gone.contains(copy.backup())).toList();
    assertThat(deleted(Retention.decide(left, policy, NOW)))
        .as("a second round finds nothing more to delete")
        .isEmpty();
  }

  /** By hand: of each of the newest so many stretches, something good is left. */
  private static void checkPeriod(
      List<Copy> copies, Set<BackupId> gone, Generations.Period period, int count) {
    SortedMap<LocalDate, Boolean> left = new TreeMap<>(Comparator.reverseOrder());
    copies.stream()
        .filter(RetentionTest::isGoodNow)
        .forEach(
            copy ->
                left.merge(
                    period.of(copy.snapshotAt()),
                    !gone.contains(copy.backup()),
                    Boolean::logicalOr));
    assertThat(left.values().stream().limit(count)).as("%s %s", period, left).doesNotContain(false);
  }

  private static @Nullable Integer maybe(Random random) {
    return random.nextInt(3) == 0 ? 1 + random.nextInt(6) : null;
  }

  private static Optional<Copy> newest(Stream<Copy> copies) {
    return copies.max(
        Comparator.comparing(Copy::snapshotAt).thenComparing(c -> c.backup().value()));
  }

  private static boolean isGoodNow(Copy copy) {
    return copy.good() && !copy.snapshotAt().isAfter(NOW);
  }

  private static List<Copy> daily(int days) {
    List<Copy> copies = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      copies.add(copy(day, true, false, false));
    }
    return copies;
  }

  private static Copy at(Instant moment) {
    return new Copy(BackupId.random(), moment, true, false, false, false);
  }

  private static Copy copy(int daysAgo, boolean good, boolean pinned, boolean beingRestored) {
    return new Copy(
        BackupId.random(), NOW.minus(Duration.ofDays(daysAgo)), good, false, pinned, beingRestored);
  }

  private static List<BackupId> deleted(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(Delete.class::isInstance)
        .map(Verdict::backup)
        .collect(Collectors.toList());
  }

  private static List<BackupId> ids(List<Copy> copies) {
    return copies.stream().map(Copy::backup).toList();
  }
}
