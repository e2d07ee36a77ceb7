package dev.fairlead.backup.retention;

import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of one database's copies in one store go, which stay, and why: a pure function, so that
 * what a dry run says is what happens.
 */
public final class Retention {

  private Retention() {}

  /**
   * A copy is kept when either rule keeps it. Only good copies count for {@code keepLast}.
   *
   * @param keepLast so many newest good copies, at least 1; no such rule when absent
   * @param keepFor copies younger than this; no such rule when absent
   */
  public record Policy(@Nullable Integer keepLast, @Nullable Duration keepFor) {

    public Policy {
      if (keepLast == null && keepFor == null) {
        throw new IllegalArgumentException(
            "a retention policy that keeps nothing; set keep-last or keep-days");
      }
      if (keepLast != null && keepLast < 1) {
        throw new IllegalArgumentException(
            "keep-last %d is not valid; expected 1 or more".formatted(keepLast));
      }
      if (keepFor != null && !keepFor.isPositive()) {
        throw new IllegalArgumentException(
            "keep-days %s is not valid; expected 1 or more".formatted(keepFor));
      }
    }
  }

  /**
   * @param good read back whole when it was last looked at
   * @param pinned a release that may be rolled back needs it
   */
  public record Copy(
      BackupId backup, Instant snapshotAt, boolean good, boolean pinned, boolean beingRestored) {}

  /** What is to happen with a copy. */
  public sealed interface Verdict {

    BackupId backup();

    String reason();

    record Keep(BackupId backup, String reason) implements Verdict {}

    record Delete(BackupId backup, String reason) implements Verdict {}
  }

  /** One verdict for each copy, newest first, ordered by the time they are of, never by name. */
  public static List<Verdict> decide(List<Copy> copies, Policy policy, Instant now) {
    List<Copy> newestFirst = new ArrayList<>(copies);
    newestFirst.sort(
        Comparator.comparing(Copy::snapshotAt)
            .thenComparing(copy -> copy.backup().value())
            .reversed());
    List<Verdict> verdicts = new ArrayList<>();
    int newerGood = 0;
    for (Copy copy : newestFirst) {
      verdicts.add(verdict(copy, newerGood, policy, now));
      if (copy.good() && !copy.snapshotAt().isAfter(now)) {
        newerGood++;
      }
    }
    return verdicts;
  }

  private static Verdict verdict(Copy copy, int newerGood, Policy policy, Instant now) {
    if (copy.snapshotAt().isAfter(now)) {
      return keep(copy, "dated in the future: a clock was wrong");
    }
    if (copy.beingRestored()) {
      return keep(copy, "being restored");
    }
    if (copy.pinned()) {
      return keep(copy, "pinned: the current release may be rolled back to it");
    }
    if (copy.good() && newerGood == 0) {
      return keep(copy, "the newest good one");
    }
    if (policy.keepLast() != null && copy.good() && newerGood < policy.keepLast()) {
      return keep(copy, "one of the %d newest good ones".formatted(policy.keepLast()));
    }
    Duration age = Duration.between(copy.snapshotAt(), now);
    if (policy.keepFor() != null && age.compareTo(policy.keepFor()) < 0) {
      return keep(copy, "younger than %d days".formatted(policy.keepFor().toDays()));
    }
    if (newerGood == 0) {
      return keep(copy, "no good one is newer");
    }
    return new Verdict.Delete(
        copy.backup(),
        "%d days old, and %d good ones are newer".formatted(age.toDays(), newerGood));
  }

  private static Verdict keep(Copy copy, String reason) {
    return new Verdict.Keep(copy.backup(), reason);
  }
}
