package dev.fairlead.health.verdict;

import dev.fairlead.events.IncidentId;
import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sliding-window automaton: all that is remembered of a target between two probes, and nothing
 * else decides its next verdict.
 *
 * <p>The window is open at its old end: a failure exactly {@code window} ago no longer counts. When
 * the clock is set back, what is remembered moves back with it, so an interval stays an interval.
 *
 * @param failures the latest failures, oldest first; never more than make a verdict
 * @param unclear findings in a row that could not tell; counts no further than makes it blind
 * @param degradations moments of the latest degradations, oldest first; they tell flapping
 * @param lastAt of the latest result
 */
public record VerdictState(
    Standing standing,
    List<Instant> failures,
    int unclear,
    @Nullable Blindness blindness,
    List<Instant> degradations,
    Instant lastAt) {

  /** No sight of the target; where it stood is kept underneath. */
  public record Blindness(Instant since, String reason) {}

  /** The next state, and what others must hear. */
  public record Judgement(VerdictState next, Optional<Transition> transition) {}

  public static VerdictState unproven(Instant now) {
    return new VerdictState(new Standing.Unproven(now), List.of(), 0, null, List.of(), now);
  }

  /**
   * @param ifNew the id that an incident gets if this result begins one
   */
  public Judgement on(ProbeResult result, Policy policy, IncidentId ifNew) {
    Instant at = result.at();
    VerdictState now = at.isBefore(lastAt) ? movedBack(Duration.between(at, lastAt)) : this;
    now = now.seenAt(at);
    return switch (result.finding()) {
      case Finding.Up() -> now.onSuccess(at, policy);
      case Finding.Down down -> now.onFailure(at, down.reason(), policy, ifNew);
      case Finding.Unclear unclear -> now.onUnclear(at, unclear.reason(), policy);
    };
  }

  private Judgement onSuccess(Instant at, Policy policy) {
    VerdictState clear = sighted();
    return switch (standing) {
      case Standing.Unproven _ ->
          new Judgement(clear.forgettingFailures(new Standing.Healthy(at)), Optional.empty());
      case Standing.Healthy _ -> new Judgement(clear, Optional.empty());
      case Standing.Degraded down -> clear.towardsRecovery(down, at, policy);
    };
  }

  private Judgement towardsRecovery(Standing.Degraded down, Instant at, Policy policy) {
    int successes = Math.min(down.successes() + 1, policy.recoverAfter());
    if (successes < policy.recoverAfter() || (flapping(at, policy) && !quiet(at, policy))) {
      return new Judgement(standing(down.withSuccesses(successes)), Optional.empty());
    }
    Duration downFor = Duration.between(down.firstFailureAt(), at);
    return new Judgement(
        forgettingFailures(new Standing.Healthy(at)),
        Optional.of(new Transition.Recovered(down.incident(), downFor)));
  }

  private Judgement onFailure(Instant at, String reason, Policy policy, IncidentId ifNew) {
    VerdictState failed = sighted().failures(within(failures, at, policy), at, policy.failures());
    if (standing instanceof Standing.Degraded down) {
      return new Judgement(failed.standing(down.failingAgain(reason)), Optional.empty());
    }
    boolean mayDegrade = policy.expectedUp() || standing instanceof Standing.Healthy;
    if (!mayDegrade || failed.failures.size() < policy.failures()) {
      return new Judgement(failed, Optional.empty());
    }
    return failed.degraded(at, reason, policy, ifNew);
  }

  private Judgement degraded(Instant at, String reason, Policy policy, IncidentId incident) {
    VerdictState noted = degradedAgain(at, policy);
    Instant first = failures.getFirst();
    String told = noted.flapping(at, policy) ? reason + noted.unsteadiness(policy) : reason;
    return new Judgement(
        noted.standing(new Standing.Degraded(at, incident, first, 0, told)),
        Optional.of(new Transition.Degraded(incident, failures.size(), first, told)));
  }

  private Judgement onUnclear(Instant at, String reason, Policy policy) {
    int enough = policy.failures();
    int count = Math.min(unclear + 1, enough);
    boolean goesBlind = blindness == null && count >= enough;
    VerdictState next =
        new VerdictState(
            standing,
            failures,
            count,
            goesBlind ? new Blindness(at, reason) : blindness,
            degradations,
            lastAt);
    return new Judgement(
        next, goesBlind ? Optional.of(new Transition.Blinded(reason)) : Optional.empty());
  }

  /** What a reader is told: blind is unknown, wherever it stood before. */
  public Verdict verdict() {
    if (blindness != null) {
      return Verdict.UNKNOWN;
    }
    return switch (standing) {
      case Standing.Unproven _ -> Verdict.UNKNOWN;
      case Standing.Healthy _ -> Verdict.HEALTHY;
      case Standing.Degraded _ -> Verdict.DEGRADED;
    };
  }

  public Instant verdictSince() {
    return blindness == null ? standing.since() : blindness.since();
  }

  public Optional<IncidentId> incident() {
    return standing instanceof Standing.Degraded down
        ? Optional.of(down.incident())
        : Optional.empty();
  }

  /** Whether both would decide alike from here on; then there is nothing to save. */
  public boolean remembersAs(VerdictState other) {
    return seenAt(other.lastAt).equals(other);
  }

  private boolean flapping(Instant at, Policy policy) {
    Instant from = at.minus(policy.flapping().within());
    long recent = degradations.stream().filter(moment -> moment.isAfter(from)).count();
    return recent >= policy.flapping().degradations();
  }

  private boolean quiet(Instant at, Policy policy) {
    return within(failures, at, policy).isEmpty();
  }

  private String unsteadiness(Policy policy) {
    return "; flapping: degraded %d times within %d minutes"
        .formatted(degradations.size(), policy.flapping().within().toMinutes());
  }

  private static List<Instant> within(List<Instant> moments, Instant at, Policy policy) {
    Instant from = at.minus(policy.window());
    return moments.stream().filter(moment -> moment.isAfter(from)).toList();
  }

  private VerdictState failures(List<Instant> earlier, Instant at, int most) {
    return new VerdictState(
        standing, latest(earlier, at, most), unclear, blindness, degradations, lastAt);
  }

  private VerdictState degradedAgain(Instant at, Policy policy) {
    Instant from = at.minus(policy.flapping().within());
    List<Instant> recent = degradations.stream().filter(m -> m.isAfter(from)).toList();
    return new VerdictState(
        standing, failures, unclear, blindness, latest(recent, at, Integer.MAX_VALUE), lastAt);
  }

  private static List<Instant> latest(List<Instant> earlier, Instant at, int most) {
    List<Instant> all = new ArrayList<>(earlier);
    all.add(at);
    return List.copyOf(all.subList(Math.max(0, all.size() - most), all.size()));
  }

  private VerdictState forgettingFailures(Standing next) {
    return new VerdictState(next, List.of(), unclear, blindness, degradations, lastAt);
  }

  private VerdictState standing(Standing next) {
    return new VerdictState(next, failures, unclear, blindness, degradations, lastAt);
  }

  private VerdictState sighted() {
    return new VerdictState(standing, failures, 0, null, degradations, lastAt);
  }

  private VerdictState seenAt(Instant at) {
    return new VerdictState(standing, failures, unclear, blindness, degradations, at);
  }

  private VerdictState movedBack(Duration by) {
    Standing moved =
        standing instanceof Standing.Degraded down
            ? new Standing.Degraded(
                down.since(),
                down.incident(),
                down.firstFailureAt().minus(by),
                down.successes(),
                down.reason())
            : standing;
    return new VerdictState(
        moved, movedBack(failures, by), unclear, blindness, movedBack(degradations, by), lastAt);
  }

  private static List<Instant> movedBack(List<Instant> moments, Duration by) {
    return moments.stream().map(moment -> moment.minus(by)).toList();
  }
}
