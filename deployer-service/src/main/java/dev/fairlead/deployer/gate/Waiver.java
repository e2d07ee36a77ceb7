package dev.fairlead.deployer.gate;

import dev.fairlead.events.Actor;
import java.util.Set;

/**
 * Somebody's word that a deployment may go on although a check of the gates failed.
 *
 * @param checks by name
 * @param reason why it is right this time
 */
public record Waiver(Set<String> checks, String reason, Actor by) {

  /**
   * Judgements about the moment. What would make a deployment fail for certain is not among them.
   */
  public static final Set<String> WAIVABLE =
      Set.of(
          FreezeChecks.NAME,
          OperationalChecks.INCIDENTS,
          OperationalChecks.ON_CALL,
          RestoredChecks.NAME,
          "decisions");

  public Waiver {
    checks = Set.copyOf(checks);
  }

  /** Whether it is the same one, sent again. Its reason is kept without secrets that were known. */
  public boolean repeats(Waiver earlier) {
    return checks.equals(earlier.checks) && by.equals(earlier.by);
  }

  private boolean covers(Finding finding) {
    return checks.contains(finding.check())
        || (checks.contains("decisions") && finding.check().startsWith(DecisionChecks.NAME));
  }

  /** A failed must that it covers no longer stops; it stays a failure, with a name to it. */
  Finding applyTo(Finding finding) {
    return finding.stops() && covers(finding)
        ? Finding.failed(
            finding.gate(),
            Grade.SHOULD,
            finding.check(),
            "%s (waived by %s: %s)".formatted(finding.detail(), by, reason),
            String.valueOf(finding.advice()))
        : finding;
  }
}
