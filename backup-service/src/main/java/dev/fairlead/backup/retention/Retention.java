package dev.fairlead.backup.retention;

import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of one database's copies in one store go, which stay, and why: a pure function, so that
 * what a dry run says is what happens.
 */
public final class Retention {

  private Retention() {}

  /**
   * A copy is kept when any rule keeps it. Only good copies count for all but {@code keepFor}.
   *
   * @param keepLast so many newest good copies, at least 1; no such rule when absent
   * @param keepReleases so many newest good copies that were made for a release, at least 1; no
   *     such rule when absent
   * @param keepFor copies younger than this; no such rule when absent
   */
  public record Policy(
      @Nullable Integer keepLast,
      @Nullable Integer keepReleases,
      @Nullable Duration keepFor,
      Generations generations) {

    public Policy {
      if (keepLast == null
          && keepReleases == null
          && keepFor == null
          && generations.counts().isEmpty()) {
        throw new IllegalArgumentException(
            "a retention policy that keeps nothing; set keep-last, keep-days or keep-daily");
      }
      requirePositive("keep-last", keepLast);
      requirePositive("keep-releases", keepReleases);
      if (keepFor != null && !keepFor.isPositive()) {
        throw new IllegalArgumentException(
            "keep-days %s is not valid; expected 1 or more".formatted(keepFor));
      }
    }

    /** One that asks nobody what a backup was made for. */
    public Policy(@Nullable Integer keepLast, @Nullable Duration keepFor, Generations generations) {
      this(keepLast, null, keepFor, generations);
    }

    private static void requirePositive(String rule, @Nullable Integer count) {
      if (count != null && count < 1) {
        throw new IllegalArgumentException(
            "%s %d is not valid; expected 1 or more".formatted(rule, count));
      }
    }
  }

  /**
   * @param good read back whole when it was last looked at, and disproved by no drill
   * @param mayBeGood why it may be as good as ever, of one that is not good; absent where nothing
   *     says so
   * @param drilled its backup was restored and compared
   * @param pinned a release that may be rolled back needs it
   * @param madeFor absent where an older manifest does not say it
   */
  public record Copy(
      BackupId backup,
      Instant snapshotAt,
      boolean good,
      boolean drilled,
      boolean pinned,
      boolean beingRestored,
      @Nullable String mayBeGood,
      @Nullable RetentionClass madeFor) {

    /** One of which there is no doubt whether it is good. */
    public Copy(
        BackupId backup,
        Instant snapshotAt,
        boolean good,
        boolean drilled,
        boolean pinned,
        boolean beingRestored,
        @Nullable RetentionClass madeFor) {
      this(backup, snapshotAt, good, drilled, pinned, beingRestored, null, madeFor);
    }

    /** One of an older manifest. */
    public Copy(
        BackupId backup,
        Instant snapshotAt,
        boolean good,
        boolean drilled,
        boolean pinned,
        boolean beingRestored) {
      this(backup, snapshotAt, good, drilled, pinned, beingRestored, null);
    }

    boolean isGoodRelease() {
      return good && madeFor == RetentionClass.RELEASE;
    }
  }

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
    Judge judge = new Judge(policy, now);
    return newestFirst.stream().map(judge::next).toList();
  }

  /** Sees one copy after the other, the newest first, and remembers what it has kept. */
  private static final class Judge {

    private final Policy policy;
    private final Instant now;
    private final Generations.Walk generations;
    private int newerGood;
    private int newerGoodReleases;
    private boolean newerDrilled;

    Judge(Policy policy, Instant now) {
      this.policy = policy;
      this.now = now;
      this.generations = policy.generations().new Walk();
    }

    Verdict next(Copy copy) {
      if (copy.snapshotAt().isAfter(now)) {
        return keep(copy, "dated in the future: a clock was wrong");
      }
      Optional<String> generation =
          copy.good() ? generations.next(copy.snapshotAt()) : Optional.empty();
      Verdict verdict =
          neverToGo(copy)
              .or(() -> ruled(copy))
              .or(() -> generation)
              .map(why -> keep(copy, why))
              .orElseGet(() -> gone(copy));
      if (copy.good()) {
        newerGood++;
        newerDrilled |= copy.drilled();
        newerGoodReleases += copy.isGoodRelease() ? 1 : 0;
      }
      return verdict;
    }

    /** What no policy can take away. */
    private Optional<String> neverToGo(Copy copy) {
      if (copy.beingRestored()) {
        return Optional.of("being restored");
      }
      if (copy.pinned()) {
        return Optional.of("pinned: the current release may be rolled back to it");
      }
      if (copy.mayBeGood() != null) {
        return Optional.of(copy.mayBeGood());
      }
      if (newerGood == 0) {
        return Optional.of(copy.good() ? "the newest good one" : "no good one is newer");
      }
      return copy.good() && copy.drilled() && !newerDrilled
          ? Optional.of("the newest one that was proved by a drill")
          : Optional.empty();
    }

    private Optional<String> ruled(Copy copy) {
      if (policy.keepLast() != null && copy.good() && newerGood < policy.keepLast()) {
        return Optional.of("one of the %d newest good ones".formatted(policy.keepLast()));
      }
      Integer releases = policy.keepReleases();
      if (releases != null && copy.isGoodRelease() && newerGoodReleases < releases) {
        return Optional.of("one of the %d newest good ones before a release".formatted(releases));
      }
      if (policy.keepFor() != null && age(copy).compareTo(policy.keepFor()) < 0) {
        return Optional.of("younger than %d days".formatted(policy.keepFor().toDays()));
      }
      return Optional.empty();
    }

    private Verdict gone(Copy copy) {
      return new Verdict.Delete(
          copy.backup(),
          "%d days old, and %d good ones are newer".formatted(age(copy).toDays(), newerGood));
    }

    private Duration age(Copy copy) {
      return Duration.between(copy.snapshotAt(), now);
    }
  }

  private static Verdict keep(Copy copy, String reason) {
    return new Verdict.Keep(copy.backup(), reason);
  }
}
