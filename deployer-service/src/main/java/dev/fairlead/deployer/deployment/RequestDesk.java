package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.WaiverBody;
import dev.fairlead.deployer.gate.Waiver;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.service.problem.Refusal;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where people's requests come in, with the waivers that belong to them. One that comes again is
 * the same deployment, with the waiver it had; another one under the same key is refused.
 */
@Component
class RequestDesk {

  private final DeploymentDesk desk;
  private final WaiverDesk waivers;
  private final TransactionTemplate transaction;

  RequestDesk(DeploymentDesk desk, WaiverDesk waivers, TransactionTemplate transaction) {
    this.desk = desk;
    this.waivers = waivers;
    this.transaction = transaction;
  }

  Deployment request(Request request, String key, @Nullable WaiverBody asked) {
    Optional<Waiver> waiver =
        Optional.ofNullable(asked).map(body -> waivers.allowed(request, body));
    return transaction.execute(
        status -> {
          DeploymentDesk.Begun begun =
              request.takesAway()
                  ? desk.request(request, key)
                  : desk.requestAndAnnounce(request, key);
          Deployment deployment = begun.deployment();
          if (begun.isNew()) {
            waiver.ifPresent(given -> waivers.give(deployment.request(), given));
          } else if (!repeats(waiver, waivers.of(deployment.request()))) {
            throw DeploymentDesk.keyInUse(deployment, key);
          }
          return deployment;
        });
  }

  private static boolean repeats(Optional<Waiver> asked, Optional<Waiver> earlier) {
    return asked.isPresent() ? earlier.filter(asked.get()::repeats).isPresent() : earlier.isEmpty();
  }

  /** That one instead of another one like it; which can waive nothing that this one does not. */
  Deployment joined(Deployment underWay, @Nullable WaiverBody asked) {
    Set<String> waived =
        waivers.of(underWay.request()).map(given -> Set.copyOf(given.checks())).orElse(Set.of());
    if (asked != null && !waived.containsAll(asked.checks())) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "removal-under-way",
          "removal %s of %s is under way, and waives %s"
              .formatted(
                  underWay.id(),
                  underWay.place(),
                  waived.isEmpty() ? "nothing" : String.join(", ", new TreeSet<>(waived))),
          "cancel it first: fairlead cancel " + underWay.id());
    }
    return underWay;
  }
}
