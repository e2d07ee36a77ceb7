package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Which release a rollback by hand goes to. */
@Component
class RollbackTargets {

  private static final int FEW = 20;

  private final Releases releases;
  private final Deployments deployments;
  private final Clock clock;

  RollbackTargets(Releases releases, Deployments deployments, Clock clock) {
    this.releases = releases;
    this.deployments = deployments;
    this.clock = clock;
  }

  Release serving(Place place) {
    return releases
        .serving(place)
        .orElseThrow(
            () ->
                new Refusal(
                    HttpStatus.CONFLICT,
                    "nothing-serves",
                    "nothing serves at %s".formatted(place),
                    "deploy a version first"));
  }

  /**
   * @param version when absent, the release before the one that serves that nobody went back from
   * @throws Refusal where the version is absent, and whoever asks may not know what serves by now
   */
  Release target(Place place, @Nullable Version version) {
    Release target = find(place, version);
    if (version == null) {
      LastTurn.of(deployments.newest(place.application().value(), place.environment().value(), FEW))
          .ifPresent(last -> last.requireCertain(target.version(), clock.instant()));
    }
    return target;
  }

  private Release find(Place place, @Nullable Version version) {
    Release serving = serving(place);
    List<Release> history = releases.history(place);
    List<Release> candidates = version == null ? standing(history).reversed() : history;
    return candidates.stream()
        .filter(release -> !release.id().equals(serving.id()))
        .filter(release -> version == null || release.version().equals(version))
        .findFirst()
        .orElseThrow(() -> noSuchRelease(place, version));
  }

  private List<Release> standing(List<Release> history) {
    return Standing.of(
        history, id -> deployments.find(id).map(Deployment::request).map(Request::rollbackTo));
  }

  static Request request(
      DeploymentId id, Release target, @Nullable String reason, Actor by, Instant now) {
    return new Request(
        id,
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
        now,
        target.commitDetails());
  }

  private static Refusal noSuchRelease(Place place, @Nullable Version version) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "no-such-release",
        version == null
            ? "%s has no earlier release that nobody went back from".formatted(place)
            : "%s has no earlier release of version %s".formatted(place, version),
        "what there was shows: fairlead deployments list --application %s --environment %s"
            .formatted(place.application(), place.environment()));
  }
}
