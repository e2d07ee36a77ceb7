package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.RollingBack;
import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.PlannedStep;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What going back would do and cost, before anybody does it.
 *
 * @param possible whether asking for it would begin it
 * @param scope absent when nothing is to be undone, or it is not possible
 * @param consequences for people, a sentence each
 * @param dataAtRisk the databases that it would restore, or that would have to be restored first
 */
record Outlook(
    ApplicationName application,
    EnvironmentName environment,
    Version fromVersion,
    @Nullable Version toVersion,
    boolean possible,
    @Nullable RollbackScope scope,
    @Nullable String reason,
    @Nullable String advice,
    List<PlannedStep> steps,
    List<String> consequences,
    List<DataAtRisk> dataAtRisk) {

  private static final String KEPT =
      "what was written since stays in the replaced database, which is kept under another name";

  /** What undoes a deployment from where it stands. */
  static Rollback undoing(Deployment deployment) {
    return switch (deployment.state()) {
      case DeploymentState.Running running ->
          Rollback.of(deployment.known(), running.step() + 1, false);
      case DeploymentState.Held held -> Rollback.of(deployment.known(), held.step() + 1, false);
      case RollingBack undo -> new Rollback(undo.scope(), undo.remaining());
      case DeploymentState.RollbackFailed(var _, var _, var _, RollingBack givenUp)
          when givenUp != null ->
          new Rollback(givenUp.scope(), givenUp.remaining());
      default -> new Rollback(null, List.of());
    };
  }

  /**
   * @param risks of the databases that {@code rollback} restores
   */
  static Outlook ofUndoing(Deployment deployment, Rollback rollback, List<DataAtRisk> risks) {
    Plan plan = deployment.plan();
    boolean ended = rollback.scope() == null && deployment.state().ended();
    Place place = deployment.place();
    return new Outlook(
        place.application(),
        place.environment(),
        deployment.request().version(),
        plan == null || plan.previous() == null ? null : plan.previous().version(),
        !ended,
        rollback.scope(),
        ended ? "the deployment is " + deployment.state().word() : null,
        ended
            ? "go back with: fairlead rollback %s --environment %s --dry-run"
                .formatted(place.application(), place.environment())
            : null,
        rollback.steps().stream().map(Step::planned).toList(),
        consequences(rollback.scope(), risks),
        risks);
  }

  /** A rollback by hand that would begin. */
  static Outlook ofPlan(Plan plan, Version serving) {
    return new Outlook(
        plan.place().application(),
        plan.place().environment(),
        serving,
        plan.version(),
        true,
        Rollback.withoutDatabase(plan),
        null,
        null,
        plan.steps().stream().map(Step::planned).toList(),
        consequences(RollbackScope.CODE, List.of()),
        List.of());
  }

  /** A rollback by hand that is refused, and what a restore beforehand would cost. */
  static Outlook refused(
      Place place,
      Version serving,
      Version target,
      @Nullable String reason,
      @Nullable String advice,
      List<DataAtRisk> risks) {
    return new Outlook(
        place.application(),
        place.environment(),
        serving,
        target,
        false,
        null,
        reason,
        advice,
        List.of(),
        risks.isEmpty() ? List.of() : consequences(RollbackScope.DATABASE, risks),
        risks);
  }

  /** With something else that people have to know of it first. */
  Outlook noting(String sentence) {
    return new Outlook(
        application,
        environment,
        fromVersion,
        toVersion,
        possible,
        scope,
        reason,
        advice,
        steps,
        Stream.concat(Stream.of(sentence), consequences.stream()).toList(),
        dataAtRisk);
  }

  /** Of what happens already, whatever is asked for: nobody has to agree to what is lost by it. */
  Outlook asItIs(String sentence) {
    return new Outlook(
        application,
        environment,
        fromVersion,
        toVersion,
        possible,
        scope,
        reason,
        advice,
        steps,
        Stream.concat(Stream.of(sentence), consequences.stream()).toList(),
        List.of());
  }

  private static List<String> consequences(@Nullable RollbackScope scope, List<DataAtRisk> risks) {
    if (scope == null) {
      return List.of("nothing that serves was touched yet");
    }
    return risks.isEmpty()
        ? List.of("no data is lost: no database is restored")
        : Stream.concat(risks.stream().map(Losses::sentence), Stream.of(KEPT)).toList();
  }
}
