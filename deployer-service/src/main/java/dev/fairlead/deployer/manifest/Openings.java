package dev.fairlead.deployer.manifest;

import static java.util.stream.Collectors.joining;

import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.service.audit.AuditTrail;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import dev.fairlead.service.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Environments in which a manifest asks for approval no more: who may do that, what is remembered
 * of it, and how another person agrees. See decision 43.
 */
@Component
class Openings {

  private final LiftedApprovals lifted;
  private final HostValues host;
  private final AuditTrail audit;

  Openings(Applications applications, AuditTrail audit) {
    this.lifted = applications.lifted();
    this.host = applications.host();
    this.audit = audit;
  }

  /**
   * @throws Refusal for whoever may deploy but not approve: they would take the question away
   *     instead of answering it
   */
  void requireAllowed(Optional<AppliedManifest> before, Manifest next) {
    List<EnvironmentName> opened = opened(before, next);
    if (!opened.isEmpty() && !Caller.current().has(Role.APPROVER)) {
      throw new Refusal(
          HttpStatus.FORBIDDEN,
          "approval-weakened",
          "deployments to %s would no longer need approval"
              .formatted(opened.stream().map(EnvironmentName::value).collect(joining(", "))),
          "leave approval: required, or have somebody with the role approver apply this manifest");
    }
  }

  /**
   * Remembers who opens environments, and that others agree. Its places are known already.
   *
   * @return what that means, one sentence each
   */
  List<String> apply(Optional<AppliedManifest> before, AppliedManifest applied, Manifest next) {
    Lifted by = new Lifted(Caller.current().actor(), applied.appliedAt());
    List<EnvironmentName> opened = opened(before, next);
    List<String> changes = new ArrayList<>(agree(opened, next, by));
    before.ifPresent(earlier -> added(earlier, next).forEach(place -> lifted.open(place, by.by())));
    lift(opened, next, by);
    guard(opened, next);
    next.environments().stream()
        .filter(spec -> !spec.approval().required())
        .map(EnvironmentSpec::place)
        .forEach(
            place ->
                lifted
                    .at(place)
                    .ifPresent(
                        still ->
                            changes.add("%s: %s".formatted(place.environment(), still.reason()))));
    return changes;
  }

  /** Who opens a place does not agree to that by it, nor to how another one had left it out. */
  private List<String> agree(List<EnvironmentName> opened, Manifest next, Lifted by) {
    List<String> changes = new ArrayList<>();
    for (EnvironmentSpec spec : next.environments()) {
      if (spec.approval().required()) {
        lifted.restore(spec.place());
      } else if (Caller.current().has(Role.APPROVER)
          && !opened.contains(spec.place().environment())) {
        lifted
            .agree(spec.place(), by.by())
            .ifPresent(
                agreed -> {
                  String what =
                      "%s agrees with %s that deployments need no approval"
                          .formatted(by.by(), agreed.by());
                  record("approval.agree", spec.place(), what);
                  changes.add("%s: %s".formatted(spec.place().environment(), what));
                });
      }
    }
    return changes;
  }

  /**
   * One that the same person added, now or earlier, counts as well: it may be the guarded one under
   * a new name.
   */
  private void lift(List<EnvironmentName> opened, Manifest next, Lifted by) {
    List<Place> marked = new ArrayList<>();
    opened.forEach(name -> marked.add(new Place(next.application(), name)));
    if (!opened.isEmpty() || lifted.any(next.application(), by.by())) {
      lifted.openedBy(next.application(), by.by()).stream()
          .filter(place -> !marked.contains(place) && lifted.at(place).isEmpty())
          .forEach(marked::add);
    }
    for (Place place : marked) {
      lifted.lift(place, by);
      record("approval.lift", place, by.reason());
    }
  }

  /** Of a place that is left out it stays as it was when one named it last. */
  private void guard(List<EnvironmentName> opened, Manifest next) {
    opened.stream()
        .filter(name -> next.environment(name).isEmpty())
        .forEach(name -> lifted.guard(new Place(next.application(), name), true));
    next.environments().forEach(spec -> lifted.guard(spec.place(), spec.approval().required()));
  }

  private void record(String operation, Place place, String detail) {
    audit.record(Caller.current(), operation, place.toString(), AuditOutcome.ALLOWED, detail);
  }

  /** Guarded before, and now open or left out; or guarded when it was left out, and now open. */
  private List<EnvironmentName> opened(Optional<AppliedManifest> before, Manifest next) {
    return before.stream()
        .flatMap(
            one ->
                Stream.concat(
                    GuardedEnvironments.of(one.yaml(), host).stream(),
                    notOpenIn(one).filter(name -> next.environment(name).isPresent())))
        .filter(name -> !next.isGuarded(name))
        .distinct()
        .toList();
  }

  private Stream<EnvironmentName> notOpenIn(AppliedManifest before) {
    List<EnvironmentName> open = GuardedEnvironments.othersOf(before.yaml(), host);
    return lifted.guarded(before.application()).stream().filter(name -> !open.contains(name));
  }

  /** Open now, and not open before. */
  private List<Place> added(AppliedManifest before, Manifest next) {
    List<EnvironmentName> openBefore = GuardedEnvironments.othersOf(before.yaml(), host);
    return next.environments().stream()
        .filter(spec -> !spec.approval().required())
        .map(EnvironmentSpec::place)
        .filter(place -> !openBefore.contains(place.environment()))
        .toList();
  }
}
