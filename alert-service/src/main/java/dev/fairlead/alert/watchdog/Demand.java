package dev.fairlead.alert.watchdog;

import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How well a backup has to be proved, and how often.
 *
 * @param every nothing where each one has to be that the schedule names; else the first one after
 *     so long, counted from {@code newest}
 * @param newest the moment whose data the newest backup holds that is proved so well
 */
public record Demand(ProofLevel proof, Duration every, @Nullable Instant newest) {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  /**
   * What backup-service promises by its drill policy. Where it drills each backup, one that was
   * only read back is none; where it does not, no drill is missed that was never to be.
   *
   * @param undrilled what a backup has to have passed of which no drill is promised
   * @param newest what is known of backups so far proved
   */
  static List<Demand> of(
      DrillPolicy policy, ProofLevel undrilled, Function<ProofLevel, @Nullable Instant> newest) {
    ProofLevel least = undrilled == ProofLevel.DRILLED ? ProofLevel.READ_BACK : undrilled;
    Demand each = new Demand(least, Duration.ZERO, newest.apply(least));
    Instant drilled = newest.apply(ProofLevel.DRILLED);
    return switch (policy) {
      case EVERY_BACKUP -> List.of(new Demand(ProofLevel.DRILLED, Duration.ZERO, drilled));
      case DAILY -> List.of(each, new Demand(ProofLevel.DRILLED, DAY, drilled));
      case WEEKLY -> List.of(each, new Demand(ProofLevel.DRILLED, WEEK, drilled));
      case NEVER -> List.of(each);
    };
  }

  String wanted() {
    return switch (proof) {
      case COMPLETED -> "a completed backup";
      case READ_BACK -> "a backup that was read back";
      case DRILLED -> "a drilled backup";
    };
  }
}
