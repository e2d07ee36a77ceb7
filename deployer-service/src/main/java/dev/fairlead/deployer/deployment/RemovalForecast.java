package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Place;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What a removal takes away, and what it leaves, a sentence each. Looks, and changes nothing. */
@Component
class RemovalForecast {

  private final Applications applications;
  private final Releases releases;
  private final Instances instances;
  private final Housekeeping housekeeping;

  RemovalForecast(
      Applications applications,
      Releases releases,
      Instances instances,
      Housekeeping housekeeping) {
    this.applications = applications;
    this.releases = releases;
    this.instances = instances;
    this.housekeeping = housekeeping;
  }

  List<String> goes(Plan plan) {
    Place place = plan.place();
    EnvironmentSpec told = announced(place).orElse(plan.spec());
    return Stream.of(
            routes(plan),
            instances.at(place).stream()
                .map(one -> "instance %s of version %s".formatted(one.id(), one.version())),
            plan.spec().runtime() == RuntimeKind.DOCKER
                ? Stream.of("containers, network and volumes of secrets on each host that answers")
                : Stream.<String>empty(),
            housekeeping.neededOnlyBy(place).stream().map(digest -> artifact(place, digest)),
            told.probes().stream()
                .map(probe -> "probe %s/%s, with its open incident".formatted(place, probe.key())),
            told.databases().stream()
                .map(database -> "backup schedule of %s".formatted(database.id())))
        .flatMap(sentences -> sentences)
        .toList();
  }

  private static Stream<String> routes(Plan plan) {
    EnvironmentSpec.Route route = plan.spec().route();
    return plan.steps().stream()
        .map(step -> step.work())
        .filter(Work.RemoveRoute.class::isInstance)
        .map(Work.RemoveRoute.class::cast)
        .map(
            work ->
                work.router() == route.kind()
                    ? "route %s (%s%s) at %s"
                        .formatted(
                            Traffic.routeOf(plan.place()),
                            route.host(),
                            route.path(),
                            work.router().word())
                    : "route %s at %s, where an earlier release left one"
                        .formatted(Traffic.routeOf(plan.place()), work.router().word()));
  }

  private String artifact(Place place, ArtifactDigest digest) {
    return releases.history(place).stream()
        .filter(release -> release.digest().equals(digest))
        .map(Release::version)
        .findFirst()
        .map(version -> "artifact of version %s, %s".formatted(version, digest))
        .orElseGet(() -> "artifact %s".formatted(digest));
  }

  List<String> stays(Plan plan) {
    Place place = plan.place();
    List<Database> databases = announced(place).orElse(plan.spec()).databases();
    return Stream.of(
            databases.stream()
                .map(
                    database ->
                        "database %s on %s:%d, untouched"
                            .formatted(database.name(), database.host(), database.port())),
            databases.stream()
                .map(
                    database ->
                        "backups of %s, until retention lets them go".formatted(database.id())),
            Stream.of("release records, deployments and audit trail"),
            announced(place).stream()
                .map(
                    _ ->
                        "the manifest, which names %s: take it out, or the next fairlead apply makes it known again"
                            .formatted(place.environment())))
        .flatMap(sentences -> sentences)
        .toList();
  }

  /** What the other services were told of the place. */
  private Optional<EnvironmentSpec> announced(Place place) {
    return applications
        .find(place.application())
        .map(applications::manifest)
        .flatMap(manifest -> manifest.environment(place.environment()));
  }
}
