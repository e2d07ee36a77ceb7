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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final Instant NOW = Instant.parse("2026-03-01T03:30:00Z");
  private static final Policy SEVEN = new Policy(7, null);
  private static final Policy THIRTY_DAYS = new Policy(null, Duration.ofDays(30));

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

    assertThat(Retention.decide(copies, new Policy(1, null), NOW))
        .allSatisfy(verdict -> assertThat(verdict).isInstanceOf(Keep.class));
  }

  @Test
  void aPolicyThatKeepsNothingIsRefused() {
    assertThatThrownBy(() -> new Policy(null, null)).hasMessageContaining("keep-last");
  }

  @Test
  void inAnyHistoryNothingThatIsNeededGoes() {
    Random random = new Random(42);
    for (int history = 0; history < 20_000; history++) {
      List<Copy> copies = new ArrayList<>();
      for (int n = random.nextInt(25); n > 0; n--) {
        copies.add(
            copy(
                random.nextInt(-3, 90),
                random.nextInt(3) > 0,
                random.nextInt(9) == 0,
                random.nextInt(9) == 0));
      }
      Policy policy =
          new Policy(
              random.nextBoolean() ? 1 + random.nextInt(9) : null,
              Duration.ofDays(1 + random.nextInt(40)));
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
    copies.stream()
        .filter(RetentionTest::isGoodNow)
        .max(Comparator.comparing(Copy::snapshotAt).thenComparing(c -> c.backup().value()))
        .ifPresent(newest -> assertThat(gone).doesNotContain(newest.backup()));
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

  private static Copy copy(int daysAgo, boolean good, boolean pinned, boolean beingRestored) {
    return new Copy(
        BackupId.random(), NOW.minus(Duration.ofDays(daysAgo)), good, pinned, beingRestored);
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
