package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.WaiverBody;
import dev.fairlead.deployer.gate.Waiver;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.service.problem.Refusal;
import java.util.Optional;
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
  private final Deployments deployments;
  private final TransactionTemplate transaction;

  RequestDesk(
      DeploymentDesk desk,
      WaiverDesk waivers,
      Deployments deployments,
      TransactionTemplate transaction) {
    this.desk = desk;
    this.waivers = waivers;
    this.deployments = deployments;
    this.transaction = transaction;
  }

  Deployment request(Request request, String key, @Nullable WaiverBody asked) {
    Optional<Waiver> waiver =
        Optional.ofNullable(asked).map(body -> waivers.allowed(request, body));
    return transaction.execute(
        status -> {
          boolean isNew = desk.requestAndAnnounce(request, key);
          Deployment deployment = deployments.find(request.id()).orElseThrow();
          if (isNew) {
            waiver.ifPresent(given -> waivers.give(request, given));
          } else if (!request.repeats(deployment.request())
              || !waiver.equals(waivers.of(request))) {
            throw keyInUse(deployment, key);
          }
          return deployment;
        });
  }

  private static Refusal keyInUse(Deployment deployment, String key) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "key-in-use",
        "idempotency key %s belongs to deployment %s of version %s to %s, and asks for something else now"
            .formatted(key, deployment.id(), deployment.request().version(), deployment.place()),
        "use a new key for a new request");
  }
}
