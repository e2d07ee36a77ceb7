package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Claim;
import dev.fairlead.edge.routing.Instance;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * What was tried for one request, and what may still be. While nothing of it was sent it may try
 * any instance, for as long as patience lasts; once it was sent it is repeated only if its method
 * allows that (RFC 9110 §9.2.2) and it had no body, and only once.
 */
final class Attempts {
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final boolean repeatable;
  private final long patientUntilNanos;
  private final Set<Instance> tried = new HashSet<>(2);
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private String lastFailure = "";
  private boolean repeated;

  Attempts(boolean repeatable, long startNanos, Duration patience) {
    this.repeatable = repeatable;
    this.patientUntilNanos = startNanos + patience.toNanos();
  }

  /** Sending it twice has the effect of sending it once. */
  boolean isRepeatable() {
    return repeatable;
  }

  Set<Instance> tried() {
    return tried;
  }

  /** Why the last one failed, for the answer to the client. */
  String lastFailure() {
    return lastFailure;
  }

  /** Nothing was sent. */
  void notReached(Claim claim, Throwable reason) {
    tried.add(claim.instance());
    lastFailure = "instance %s could not be reached: %s".formatted(claim.name(), reason);
  }

  /** The request was sent, and may have been processed. */
  void brokeOff(Claim claim, Throwable reason) {
    tried.add(claim.instance());
    lastFailure = "instance %s did not answer: %s".formatted(claim.name(), reason.getMessage());
  }

  /** Whether a request that was sent may be sent again; says yes once. */
  boolean repeat() {
    boolean may = repeatable && !repeated;
    repeated = true;
    return may;
  }

  boolean isPatient(long nowNanos) {
    return nowNanos - patientUntilNanos < 0;
  }

  /** All instances were tried; they may be tried again after this long. */
  long pauseMillis() {
    tried.clear();
    long pause = pauseMillis;
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    return pause;
  }
}
