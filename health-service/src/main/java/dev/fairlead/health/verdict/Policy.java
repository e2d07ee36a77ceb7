package dev.fairlead.health.verdict;

import java.time.Duration;

/**
 * When findings become a verdict.
 *
 * @param failures so many failed probes …
 * @param window … within this time make a target degraded
 * @param recoverAfter so many successes in a row end the incident
 * @param expectedUp whether it should already be there; a target that never answered is otherwise
 *     unknown, not degraded: an application may be applied long before its first deployment
 * @param flapping when it is unsteady, so that one incident lasts until it has been quiet
 */
public record Policy(
    int failures, Duration window, int recoverAfter, boolean expectedUp, Flapping flapping) {

  /** So many degradations {@code within} this time are called flapping. */
  public record Flapping(int degradations, Duration within) {}
}
