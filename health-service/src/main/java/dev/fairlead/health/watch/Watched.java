package dev.fairlead.health.watch;

import dev.fairlead.health.probe.ProbeResult;
import dev.fairlead.health.sample.Tally;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.verdict.VerdictState;
import dev.fairlead.health.verdict.Verdicts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A target under watch: its verdict as last saved, and its latest results. */
final class Watched {

  /** Results that are shown; what decides is in the verdict's state. */
  private static final int RECENT = 50;

  private final Tally tally;
  private final Deque<ProbeResult> recent = new ArrayDeque<>(RECENT);
  private Target target;
  private Verdicts.Saved saved;

  Watched(Target target, Verdicts.Saved saved) {
    this.target = target;
    this.saved = saved;
    this.tally = new Tally(target.id());
  }

  synchronized Target target() {
    return target;
  }

  synchronized void target(Target changed) {
    target = changed;
  }

  synchronized VerdictState state() {
    return saved.state();
  }

  synchronized Verdicts.Saved saved() {
    return saved;
  }

  synchronized void saved(VerdictState state, long revision) {
    saved = new Verdicts.Saved(state, revision);
  }

  synchronized void note(ProbeResult result) {
    if (recent.size() == RECENT) {
      recent.removeLast();
    }
    recent.addFirst(result);
    tally.count(result);
  }

  /** Newest first. */
  synchronized List<ProbeResult> recent() {
    return new ArrayList<>(recent);
  }

  synchronized Optional<ProbeResult> latest() {
    return Optional.ofNullable(recent.peekFirst());
  }

  Tally tally() {
    return tally;
  }
}
