package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.retention.Retention.Copy;
import dev.fairlead.backup.retention.Retention.Policy;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Backups made before a release")
class ReleaseRetentionTest {

  private static final Instant NOW = Instant.parse("2026-03-01T03:30:00Z");

  @Test
  @DisplayName("are kept by their number, however many scheduled ones came since")
  void kept() {
    List<Copy> copies = new ArrayList<>();
    for (int day = 0; day < 20; day++) {
      copies.add(copy(24 * day, true, RetentionClass.SCHEDULED));
    }
    List<Copy> releases =
        List.of(
            copy(24 * 30, true, RetentionClass.RELEASE),
            copy(24 * 60, false, RetentionClass.RELEASE),
            copy(24 * 90, true, RetentionClass.RELEASE),
            copy(24 * 120, true, RetentionClass.RELEASE));
    copies.addAll(releases);

    List<Verdict> verdicts =
        Retention.decide(copies, new Policy(7, 2, null, Generations.NONE), NOW);

    assertThat(gone(verdicts))
        .doesNotContain(releases.getFirst().backup(), releases.get(2).backup())
        .contains(releases.get(1).backup(), releases.get(3).backup())
        .hasSize(13 + 2);
    assertThat(verdicts)
        .filteredOn(verdict -> verdict.backup().equals(releases.get(2).backup()))
        .extracting(Verdict::reason)
        .containsExactly("one of the 2 newest good ones before a release");
  }

  @Test
  @DisplayName("are not told from others where an older manifest does not say what it was made for")
  void older() {
    Copy unknown = copy(24 * 30, true, null);
    List<Verdict> verdicts =
        Retention.decide(
            List.of(copy(1, true, RetentionClass.RELEASE), unknown),
            new Policy(null, 5, null, Generations.NONE),
            NOW);

    assertThat(gone(verdicts)).containsExactly(unknown.backup());
    assertThatThrownBy(() -> new Policy(null, 0, null, Generations.NONE))
        .hasMessage("keep-releases 0 is not valid; expected 1 or more");
  }

  @Test
  @DisplayName("stay in any history, so many of them as were promised")
  void anyHistory() {
    Random random = new Random(7);
    for (int history = 0; history < 5_000; history++) {
      List<Copy> copies = new ArrayList<>();
      for (int n = random.nextInt(25); n > 0; n--) {
        copies.add(copy(random.nextInt(2_200), random.nextInt(3) > 0, anyClass(random)));
      }
      int promised = 1 + random.nextInt(5);
      Policy policy = new Policy(1, promised, null, Generations.NONE);

      Set<BackupId> gone = gone(Retention.decide(copies, policy, NOW));

      assertThat(
              copies.stream()
                  .filter(Copy::isGoodRelease)
                  .sorted(Comparator.comparing(Copy::snapshotAt).reversed())
                  .limit(promised)
                  .filter(copy -> gone.contains(copy.backup())))
          .as("%s", copies)
          .allSatisfy(copy -> assertThat(sharesItsMoment(copy, copies)).isTrue());
    }
  }

  /** Of two of one moment, their ids decide which is the newer one. */
  private static boolean sharesItsMoment(Copy copy, List<Copy> copies) {
    return copies.stream().filter(it -> it.snapshotAt().equals(copy.snapshotAt())).count() > 1;
  }

  private static @Nullable RetentionClass anyClass(Random random) {
    int number = random.nextInt(4);
    return number == 3 ? null : RetentionClass.values()[number];
  }

  private static Copy copy(int hoursAgo, boolean good, @Nullable RetentionClass madeFor) {
    return new Copy(
        BackupId.random(),
        NOW.minus(Duration.ofHours(hoursAgo)),
        good,
        false,
        false,
        false,
        madeFor);
  }

  private static Set<BackupId> gone(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(Verdict.Delete.class::isInstance)
        .map(Verdict::backup)
        .collect(Collectors.toSet());
  }
}
