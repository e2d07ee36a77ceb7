package dev.fairlead.cli.deployment;

import dev.fairlead.cli.Exit;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a deployment is watched. It ends by its own deadlines, however long a bake window, a
 * canary or an approval take: so nothing else ends a watch but what its caller says, or a deployer
 * that stays away.
 *
 * @param limit what the caller says; empty: until the end
 */
record Patience(Optional<Duration> limit) {

  /** A deployer that is upgraded, or whose host is restarted, is back by then. */
  static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

  /**
   * Whether it is exhausted, and what the watch ends with then.
   *
   * @param watched since the watch began
   * @param silent since the deployer answered last
   */
  Optional<Exit> exhausted(Duration watched, Duration silent) {
    if (limit.isPresent()) {
      return limit.filter(longest -> watched.compareTo(longest) > 0).map(_ -> Exit.TIMED_OUT);
    }
    return silent.compareTo(LONGEST_SILENCE) > 0 ? Optional.of(Exit.UNREACHABLE) : Optional.empty();
  }
}
