package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes plans that take away what serves, as it was deployed; guarded as the place is now. */
final class RemovalPlanner {

  /** The SHA-256 of nothing: for a place in which nothing was ever recorded. */
  private static final ArtifactDigest NOTHING =
      new ArtifactDigest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  /** In a row, of removals of one place that did not come to their end. */
  private static final int MOST_REMOVALS = 100;

  private final Applications applications;
  private final Releases releases;
  private final Deployments deployments;

  RemovalPlanner(Applications applications, Releases releases, Deployments deployments) {
    this.applications = applications;
    this.releases = releases;
    this.deployments = deployments;
  }

  /**
   * @param serving what a failed removal returns to; absent where nothing may serve
   * @throws PlanRefused for a place that is not there, or not any more
   */
  Plan plan(Request request, AppliedManifest.At at, Plan.@Nullable Previous serving) {
    Place place = request.place();
    requireThere(place, at);
    List<Release> recorded = releases.recorded(place);
    Optional<Release> last = releases.serving(place).or(() -> recorded.stream().findFirst());
    EnvironmentSpec guard = Planner.guarded(guard(place, at, last), at.lifted(), request);
    EnvironmentSpec spec = last.map(Release::spec).map(was -> was.guardedAs(guard)).orElse(guard);
    return Plan.toRemove(
        spec,
        serving == null ? request.version() : serving.version(),
        last.map(Release::digest).orElse(NOTHING),
        serving,
        left(place, routers(spec, recorded)));
  }

  private void requireThere(Place place, AppliedManifest.At at) {
    if (at.gone()) {
      throw new PlanRefused(
          "already-removed",
          "%s was removed already".formatted(place),
          "see fairlead deployments list --application %s".formatted(place.application()));
    }
    if (applications.places(place.application()).stream()
        .noneMatch(known -> known.environment().equals(place.environment()))) {
      throw new PlanRefused(
          "unknown-environment",
          "%s has no environment %s".formatted(place.application(), place.environment()),
          "see which it has: fairlead applications show %s".formatted(place.application()));
    }
  }

  /**
   * As the manifest says; where it names the place no longer, as what was deployed there says, and
   * as the last one said that named it. Of one that never got that far nothing is left to be known:
   * it is as guarded as any other one.
   */
  private EnvironmentSpec guard(Place place, AppliedManifest.At at, Optional<Release> last) {
    Manifest manifest = applications.manifest(at.manifest());
    return manifest
        .environment(place.environment())
        .orElseGet(() -> leftOut(place, manifest, at, last));
  }

  private static EnvironmentSpec leftOut(
      Place place, Manifest manifest, AppliedManifest.At at, Optional<Release> last) {
    EnvironmentSpec known =
        last.map(Release::spec).orElseGet(() -> mostGuarded(manifest).at(place));
    return at.guarded() ? known.approvedAlways() : known;
  }

  private static EnvironmentSpec mostGuarded(Manifest manifest) {
    return manifest.environments().stream()
        .filter(spec -> spec.approval().required())
        .findFirst()
        .orElseGet(() -> manifest.environments().getFirst());
  }

  /** Goes on where a removal before it has ended. */
  private List<RouterKind> left(Place place, List<RouterKind> routers) {
    Set<RouterKind> gone =
        PartedRoutes.remembered(
            deployments.newest(
                place.application().value(), place.environment().value(), MOST_REMOVALS));
    List<RouterKind> left = routers.stream().filter(one -> !gone.contains(one)).toList();
    return left.isEmpty() ? routers : left;
  }

  /** An earlier release may have been behind another router, which was left its route then. */
  private static List<RouterKind> routers(EnvironmentSpec spec, List<Release> recorded) {
    return Stream.concat(
            Stream.of(spec.route().kind()),
            recorded.stream().map(release -> release.spec().route().kind()))
        .distinct()
        .toList();
  }
}
