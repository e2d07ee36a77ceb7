package dev.fairlead.deployer.deployment;

import dev.fairlead.events.Place;
import dev.fairlead.service.problem.Refusal;
import org.springframework.http.HttpStatus;

/** There is no plan for what was asked. */
final class PlanRefused extends Refusal {

  private static final long serialVersionUID = 1L;

  /**
   * @param code for programs, in kebab case; what begins with {@code unknown-} is answered with 404
   */
  PlanRefused(String code, String reason, String advice) {
    super(
        code.startsWith("unknown-") ? HttpStatus.NOT_FOUND : HttpStatus.UNPROCESSABLE_CONTENT,
        code,
        reason,
        advice);
  }

  /** Nobody probes, or backs up, what was removed; so nothing is deployed there by mistake. */
  static PlanRefused removed(Place place) {
    return new PlanRefused(
        "removed-environment",
        "%s was removed".formatted(place),
        "apply the manifest of %s again, if it is to be there: fairlead apply"
            .formatted(place.application()));
  }
}
