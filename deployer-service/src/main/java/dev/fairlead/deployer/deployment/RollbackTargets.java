package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentController.RollbackBody;
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
  private final Deployments deployments;

  RollbackTargets(Releases releases, Deployments deployments) {
    this.releases = releases;
    this.deployments = deployments;
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
   * An emergency must not wait behind a question that nobody has answered, and answering it is what
   * goes back.
   */
  void requireNothingHeld(Place place) {
    deployments.unfinished(place).stream()
        .filter(deployment -> deployment.state() instanceof DeploymentState.Held)
        .findFirst()
        .ifPresent(
            held -> {
              throw new Refusal(
                  HttpStatus.CONFLICT,
                  "release-held",
                  "deployment %s of version %s to %s is held, and a rollback would wait for its end"
                      .formatted(held.id(), held.request().version(), place),
                  "go back to the release before it with: fairlead deployments abort " + held.id());
            });
  }

  /**
   * @param version when absent, the release before the one that serves that nobody went back from
   */
  Release target(Place place, @Nullable Version version) {
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

  /**
   * The same rollback asked for once more, whatever serves by now.
   *
   * @throws Refusal {@code key-in-use} where it asks for something else than the first time
   */
  static Request again(Deployment earlier, String key, RollbackBody body) {
    Request known = earlier.request();
    boolean same =
        known.isRollback()
            && (body.toVersion() == null || body.toVersion().equals(known.version()));
    if (!same) {
      throw DeploymentDesk.keyInUse(earlier, key);
    }
    return known;
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
