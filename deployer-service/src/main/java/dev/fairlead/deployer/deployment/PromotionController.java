package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.WaiverBody;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /promotions}: what serves in one environment is deployed to another, by its digest,
 * so that exactly the bits that were tried are what comes.
 */
@RestController
class PromotionController {

  private final Planner planner;
  private final RequestDesk requests;
  private final Deployments deployments;
  private final Releases releases;
  private final Clock clock;

  PromotionController(
      Planner planner,
      RequestDesk requests,
      Deployments deployments,
      Releases releases,
      Clock clock) {
    this.planner = planner;
    this.requests = requests;
    this.deployments = deployments;
    this.releases = releases;
    this.clock = clock;
  }

  /**
   * @param from where it serves
   * @param to where it is to serve
   */
  record PromotionBody(
      @NotNull ApplicationName application,
      @NotNull EnvironmentName from,
      @NotNull EnvironmentName to,
      @Nullable String idempotencyKey,
      @Nullable List<DecisionId> decisions,
      @Nullable String reason,
      @Valid @Nullable WaiverBody waive) {}

  @PostMapping("/promotions")
  @PreAuthorize("hasRole('DEPLOYER')")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DeploymentView promote(@Valid @RequestBody PromotionBody body) {
    Place to = new Place(body.application(), body.to());
    String key =
        body.idempotencyKey() == null ? UUID.randomUUID().toString() : body.idempotencyKey();
    Optional<Deployment> earlier = deployments.requested(to, key);
    if (earlier.isEmpty()) {
      planner.requireKnown(to);
    }
    Bits bits =
        earlier.map(known -> Bits.of(known.request())).orElseGet(() -> Bits.of(proven(body)));
    Request request = request(body, DeploymentId.forRequest(key), bits);
    return DeploymentView.of(requests.request(request, key, body.waive()));
  }

  /** What is promoted; when the request comes again, that is still what served the first time. */
  private record Bits(
      Version version,
      @Nullable String artifact,
      @Nullable String commit,
      @Nullable CommitDetails commitDetails) {

    static Bits of(Request earlier) {
      return new Bits(
          earlier.version(), earlier.artifact(), earlier.commit(), earlier.commitDetails());
    }

    static Bits of(Release proven) {
      return new Bits(
          proven.version(), proven.digest().value(), proven.commit(), proven.commitDetails());
    }
  }

  private Request request(PromotionBody body, DeploymentId id, Bits bits) {
    return new Request(
        id,
        new Place(body.application(), body.to()),
        bits.version(),
        bits.artifact(),
        bits.commit(),
        Objects.requireNonNullElse(body.decisions(), List.of()),
        false,
        Objects.requireNonNullElse(body.reason(), "promoted from %s".formatted(body.from())),
        Caller.current().actor(),
        null,
        null,
        clock.instant(),
        bits.commitDetails(),
        body.from(),
        null);
  }

  private Release proven(PromotionBody body) {
    Place from = new Place(body.application(), body.from());
    if (body.from().equals(body.to())) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "same-environment",
          "%s cannot be promoted to itself".formatted(from),
          "name two environments");
    }
    return releases
        .serving(from)
        .orElseThrow(
            () ->
                new Refusal(
                    HttpStatus.CONFLICT,
                    "nothing-serves",
                    "nothing serves at %s".formatted(from),
                    "deploy it there first: fairlead deploy %s VERSION --environment %s"
                        .formatted(body.application(), body.from())));
  }
}
