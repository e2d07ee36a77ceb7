package dev.fairlead.health.verdict;

import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of the automaton once more, in the plainest way: everything is kept for ever and
 * counted anew after each result.
 */
final class NaiveVerdicts {

  private final Policy policy;
  private final List<ProbeResult> history = new ArrayList<>();
  private final List<Instant> degradedAt = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private boolean degraded;
  private boolean proven;
  private boolean blind;

  /** Failures before this index belong to an incident that is over. */
  private int forgotten;

  NaiveVerdicts(Policy policy) {
    this.policy = policy;
  }

  List<String> told() {
    return told;
  }

  Verdict verdict() {
    if (blind || (!proven && !degraded)) {
      return Verdict.UNKNOWN;
    }
    return degraded ? Verdict.DEGRADED : Verdict.HEALTHY;
  }

  void on(ProbeResult result) {
    history.add(result);
    switch (result.finding()) {
      case Finding.Up() -> success(result.at());
      case Finding.Down(Finding.Cause _, String _) -> failure(result.at());
      case Finding.Unclear(String _) -> unclear();
    }
  }

  private void success(Instant at) {
    blind = false;
    if (!proven && !degraded) {
      proven = true;
      forgotten = history.size();
    }
    if (degraded && successesInARow() >= policy.recoverAfter() && (steady(at) || quiet(at))) {
      degraded = false;
      proven = true;
      forgotten = history.size();
      told.add("recovered");
    }
  }

  private void failure(Instant at) {
    blind = false;
    boolean enough = failuresWithin(at, policy.window()) >= policy.failures();
    if (!degraded && enough && (proven || policy.expectedUp())) {
      degraded = true;
      degradedAt.add(at);
      told.add("degraded");
    }
  }

  private void unclear() {
    int inARow = 0;
    for (int i = history.size() - 1; i >= 0; i--) {
      if (!(history.get(i).finding() instanceof Finding.Unclear)) {
        break;
      }
      inARow++;
    }
    if (!blind && inARow >= policy.failures()) {
      blind = true;
      told.add("blinded");
    }
  }

  private boolean steady(Instant at) {
    Instant from = at.minus(policy.flapping().within());
    return degradedAt.stream().filter(moment -> moment.isAfter(from)).count()
        < policy.flapping().degradations();
  }

  private boolean quiet(Instant at) {
    return failuresWithin(at, policy.window()) == 0;
  }

  private long failuresWithin(Instant at, Duration window) {
    return history.subList(forgotten, history.size()).stream()
        .filter(result -> result.finding() instanceof Finding.Down)
        .filter(result -> result.at().isAfter(at.minus(window)))
        .count();
  }

  /** Real answers only: a finding that cannot tell neither counts nor breaks the row. */
  private int successesInARow() {
    int inARow = 0;
    for (int i = history.size() - 1; i >= 0; i--) {
      Finding finding = history.get(i).finding();
      if (finding instanceof Finding.Down) {
        break;
      }
      if (finding instanceof Finding.Up) {
        inARow++;
      }
    }
    return inARow;
  }
}
