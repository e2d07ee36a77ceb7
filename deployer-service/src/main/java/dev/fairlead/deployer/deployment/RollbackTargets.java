package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Which release a rollback by hand goes to. */
@Component
class RollbackTargets {

  private final Releases releases;

  RollbackTargets(Releases releases) {
    this.releases = releases;
  }

  Release serving(Place place) {
    return releases
        .serving(place)
        .orElseThrow(
            () ->
                new Refusal(
                    HttpStatus.CONFLICT,
                    "nothing-serves",
                    "nothing was ever deployed to %s with success".formatted(place),
                    "deploy a version first"));
  }

  /**
   * @param version the release before the one that serves when absent
   */
  Release target(Place place, @Nullable Version version) {
    Release serving = serving(place);
    return releases.history(place).stream()
        .filter(release -> !release.id().equals(serving.id()))
        .filter(release -> version == null || release.version().equals(version))
        .findFirst()
        .orElseThrow(() -> noSuchRelease(place, version));
  }

  static Request request(Release target, @Nullable String reason, Actor by, Instant now) {
    return new Request(
        DeploymentId.random(),
        target.place(),
        target.version(),
        null,
        target.commit(),
        List.of(),
        true,
        reason,
        by,
        null,
        target.id(),
        now);
  }

  private static Refusal noSuchRelease(Place place, @Nullable Version version) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "no-such-release",
        version == null
            ? "%s has no earlier release".formatted(place)
            : "%s has no earlier release of version %s".formatted(place, version),
        "see GET /deployments?application=%s&environment=%s for what there was"
            .formatted(place.application(), place.environment()));
  }
}
