package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.retention.Retention.Copy;
import dev.fairlead.backup.retention.Retention.Policy;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.retention.Retention.Verdict.Delete;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.InSecondLane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One database, a disk and a bucket, half a year, and a round of retention each night. */
@DisplayName("In any history of backups")
@InSecondLane
class RetentionHistoryTest {

  private static final Instant START = Instant.parse("2026-01-01T02:00:00Z");
  private static final int DAYS = 180;
  private static final int HISTORIES = 60;

  /** What is true of a backup in all stores. */
  private static final class Known {

    final BackupId id = BackupId.random();
    final Instant snapshotAt;
    boolean drilled;
    boolean pinned;
    boolean beingRestored;

    Known(Instant snapshotAt) {
      this.snapshotAt = snapshotAt;
    }
  }

  private static final class Tier {

    final Policy policy;
    final Map<BackupId, Boolean> goodOnes = new HashMap<>();

    Tier(Policy policy) {
      this.policy = policy;
    }

    List<Copy> copies(List<Known> backups) {
      List<Copy> copies = new ArrayList<>();
      for (Known one : backups) {
        Boolean good = goodOnes.get(one.id);
        if (good != null) {
          copies.add(
              new Copy(one.id, one.snapshotAt, good, one.drilled, one.pinned, one.beingRestored));
        }
      }
      return copies;
    }
  }

  @Test
  @DisplayName("no round deletes what is pinned, being restored, or the last good one of a store")
  void halfAYear() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      Random random = new Random(seed);
      List<Tier> tiers =
          List.of(
              new Tier(new Policy(7, null, Generations.of(7, null, null, null))),
              new Tier(new Policy(null, Duration.ofDays(30), generations(random))));
      List<Known> backups = new ArrayList<>();
      for (int day = 0; day < DAYS; day++) {
        Instant night = START.plus(Duration.ofDays(day));
        boolean failing = new SplittableRandom(1_000 * seed + day / 20).nextInt(4) == 0;
        live(backups, tiers, night, failing, random);
        for (Tier tier : tiers) {
          round(tier, backups, night.plus(Duration.ofMinutes(90)), random);
        }
      }
    }
  }

  private static Generations generations(Random random) {
    return Generations.of(null, maybe(random), maybe(random), maybe(random));
  }

  private static @Nullable Integer maybe(Random random) {
    return random.nextInt(3) == 0 ? 1 + random.nextInt(6) : null;
  }

  /** A day: weeks of failures, two in one night, drills, rot, releases, restores, a wrong clock. */
  private static void live(
      List<Known> backups, List<Tier> tiers, Instant night, boolean failing, Random random) {
    int made = failing ? 0 : random.nextInt(12) == 0 ? 2 : 1;
    for (int n = 0; n < made; n++) {
      Duration wrong = Duration.ofDays(random.nextInt(60) == 0 ? random.nextInt(40) : 0);
      Known backup = new Known(night.plus(wrong).plusSeconds(n));
      backup.drilled = random.nextInt(3) > 0;
      backups.add(backup);
      tiers.forEach(tier -> tier.goodOnes.put(backup.id, true));
    }
    for (Known one : backups) {
      one.beingRestored = random.nextInt(40) == 0;
      one.pinned = one.pinned ? random.nextInt(20) > 0 : random.nextInt(60) == 0;
      for (Tier tier : tiers) {
        tier.goodOnes.computeIfPresent(
            one.id, (_, good) -> good ? random.nextInt(50) > 0 : random.nextInt(3) == 0);
      }
    }
  }

  private static void round(Tier tier, List<Known> backups, Instant now, Random random) {
    List<Copy> before = tier.copies(backups);
    List<Verdict> dryRun = Retention.decide(before, tier.policy, now);
    requireReasons(before, dryRun);
    Set<BackupId> gone = real(tier, backups, dryRun, now, random);
    List<Copy> after = tier.copies(backups);

    assertThat(gone).as("the real run").isEqualTo(deleted(dryRun));
    assertThat(after).containsAll(before.stream().filter(c -> isNeeded(c, now)).toList());
    newestGood(before, now).ifPresent(newest -> assertThat(after).contains(newest));
    newestDrilled(before, now).ifPresent(newest -> assertThat(after).contains(newest));
    assertThat(deleted(Retention.decide(after, tier.policy, now))).as("a second run").isEmpty();
  }

  private static void requireReasons(List<Copy> copies, List<Verdict> verdicts) {
    assertThat(verdicts)
        .extracting(Verdict::backup)
        .containsExactlyInAnyOrderElementsOf(copies.stream().map(Copy::backup).toList());
    assertThat(verdicts).extracting(Verdict::reason).allMatch(reason -> !reason.isBlank());
  }

  /** One after the other, in any order, each judged again before it goes: as the service does. */
  private static Set<BackupId> real(
      Tier tier, List<Known> backups, List<Verdict> dryRun, Instant now, Random random) {
    Set<BackupId> gone = new HashSet<>();
    List<BackupId> toGo = new ArrayList<>(deleted(dryRun));
    Collections.shuffle(toGo, random);
    for (BackupId backup : toGo) {
      if (deleted(Retention.decide(tier.copies(backups), tier.policy, now)).contains(backup)) {
        tier.goodOnes.remove(backup);
        gone.add(backup);
      }
    }
    return gone;
  }

  private static Set<BackupId> deleted(List<Verdict> verdicts) {
    Set<BackupId> deleted = new HashSet<>();
    verdicts.stream().filter(Delete.class::isInstance).map(Verdict::backup).forEach(deleted::add);
    return deleted;
  }

  private static boolean isNeeded(Copy copy, Instant now) {
    return copy.pinned() || copy.beingRestored() || copy.snapshotAt().isAfter(now);
  }

  private static Optional<Copy> newestGood(List<Copy> copies, Instant now) {
    return copies.stream()
        .filter(copy -> copy.good() && !copy.snapshotAt().isAfter(now))
        .max(Comparator.comparing(Copy::snapshotAt).thenComparing(copy -> copy.backup().value()));
  }

  private static Optional<Copy> newestDrilled(List<Copy> copies, Instant now) {
    return newestGood(copies.stream().filter(Copy::drilled).toList(), now);
  }
}
