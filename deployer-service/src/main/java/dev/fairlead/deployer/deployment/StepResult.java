package dev.fairlead.deployer.deployment;

import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import dev.fairlead.events.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How performing a step ended. */
public sealed interface StepResult {

  String detail();

  default StepOutcome outcome() {
    return switch (this) {
      case Succeeded _, Needless _, Confirmed _, Unfinished _, Counted _ -> StepOutcome.SUCCEEDED;
      case Inconclusive _ -> StepOutcome.INCONCLUSIVE;
      case Failed _ -> StepOutcome.FAILED;
    };
  }

  /** What speaks for it, if anything was looked at. */
  default @Nullable List<ServingInstance> proof() {
    return this instanceof Confirmed confirmed ? confirmed.evidence() : null;
  }

  /** What was seen on the way and others want to know. */
  List<Event> seen();

  record Succeeded(String detail, List<Event> seen) implements StepResult {}

  /** What it is for was true already: it found nothing to do. */
  record Needless(String detail) implements StepResult {
    @Override
    public List<Event> seen() {
      return List.of();
    }
  }

  /** It was counted what a restore sets aside. */
  record Counted(DataAtRisk risk, String detail) implements StepResult {
    @Override
    public List<Event> seen() {
      return List.of();
    }
  }

  /**
   * It was seen with one's own eyes.
   *
   * @param evidence every instance of the release, each as it was seen
   */
  record Confirmed(String detail, List<ServingInstance> evidence) implements StepResult {
    @Override
    public List<Event> seen() {
      return List.of();
    }
  }

  /** The measurement broke or had no data: no success, and no reason to roll back. */
  record Inconclusive(String detail) implements StepResult {
    @Override
    public List<Event> seen() {
      return List.of();
    }
  }

  /** Nothing wrong so far, and nobody has to stand by: to be performed again a little later. */
  record Unfinished(String detail) implements StepResult {
    @Override
    public List<Event> seen() {
      return List.of();
    }
  }

  /**
   * @param changedNothing whether the step certainly left everything as it found it
   */
  record Failed(String detail, @Nullable String advice, boolean changedNothing, List<Event> seen)
      implements StepResult {}

  /**
   * The same without secrets and unprintable characters. It quotes commands, databases and routers,
   * and is kept, told on the bus and shown to whoever may look.
   */
  default StepResult redacted() {
    return switch (this) {
      case Succeeded(String detail, var seen) -> new Succeeded(Wording.clean(detail), seen);
      case Needless(String detail) -> new Needless(Wording.clean(detail));
      case Counted(var risk, String detail) -> new Counted(risk, Wording.clean(detail));
      case Confirmed(String detail, var evidence) -> new Confirmed(Wording.clean(detail), evidence);
      case Inconclusive(String detail) -> new Inconclusive(Wording.clean(detail));
      case Unfinished(String detail) -> new Unfinished(Wording.clean(detail));
      case Failed(String detail, String advice, boolean changedNothing, var seen) ->
          new Failed(
              Wording.clean(detail),
              advice == null ? null : Wording.clean(advice),
              changedNothing,
              seen);
    };
  }

  static StepResult succeeded(String detail) {
    return new Succeeded(detail, List.of());
  }

  static StepResult failed(String detail, @Nullable String advice) {
    return new Failed(detail, advice, false, List.of());
  }
}
