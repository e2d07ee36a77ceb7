package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.hook.CalledFiles;
import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.InvalidManifest;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.migration.MigrationsUnreadable;
import dev.fairlead.deployer.migration.UnfitMigrations;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.service.secret.SecretNotFound;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes plans from the manifest, the artifact and what serves now. Changes nothing that serves. */
public final class Planner {

  private final Applications applications;
  private final Releases releases;
  private final Artifacts artifacts;
  private final Migrations migrations;
  private final Databases databases;
  private final UnknownSchema unknownSchema;
  private final Losses losses;
  private final RemovalPlanner removals;

  public Planner(
      Applications applications,
      Releases releases,
      Artifacts artifacts,
      Migrations migrations,
      Databases databases,
      UnknownSchema unknownSchema,
      Losses losses,
      Deployments deployments) {
    this.applications = applications;
    this.releases = releases;
    this.artifacts = artifacts;
    this.migrations = migrations;
    this.databases = databases;
    this.unknownSchema = unknownSchema;
    this.losses = losses;
    this.removals = new RemovalPlanner(applications, releases, deployments);
  }

  /**
   * @throws PlanRefused when there is no plan for that request, with what to do about it
   */
  public Plan plan(Request request) {
    try {
      if (request.takesAway()) {
        return removals.plan(request, at(request.place()), previous(request));
      }
      DeploymentId target = request.rollbackTo();
      return CalledFiles.bound(target == null ? deploy(request) : rollBack(request, target));
    } catch (IOException e) {
      throw new PlanRefused(
          "command-unreadable",
          "a file that the tests or a hook run cannot be read: %s".formatted(e.getMessage()),
          "give the deployer's user the right to read it");
    } catch (InvalidManifest e) {
      throw invalid(e);
    } catch (ArtifactUnusable e) {
      throw new PlanRefused(
          "artifact-unusable",
          String.valueOf(e.getMessage()),
          e.advice() == null
              ? "build version %s first, or name another artifact".formatted(request.version())
              : e.advice());
    } catch (UnfitMigrations e) {
      throw new PlanRefused("unfit-migrations", String.valueOf(e.getMessage()), e.advice());
    } catch (MigrationsUnreadable | SecretNotFound e) {
      throw new PlanRefused(
          "database-unreadable",
          String.valueOf(e.getMessage()),
          "see that the database is up and that the manifest names it rightly");
    }
  }

  /** The databases that undoing it would restore, and what can be told of that by now. */
  List<DataAtRisk> dataAtRisk(Plan plan) {
    return plan.restoredWhenUndone().stream().map(losses::foreseen).toList();
  }

  /**
   * Whether anything can be deployed there at all.
   *
   * @throws PlanRefused for an application whose manifest was not applied, and for an environment
   *     that it does not have, or that was removed
   */
  void requireKnown(Place place) {
    try {
      environment(place, there(place).manifest());
    } catch (InvalidManifest e) {
      throw invalid(e);
    }
  }

  private Plan deploy(Request request) {
    AppliedManifest.At at = there(request.place());
    AppliedManifest applied = at.manifest();
    EnvironmentSpec spec = guarded(environment(request.place(), applied), at.lifted(), request);
    String asked = request.artifact();
    String reference = asked == null ? spec.artifact().reference(request.version()) : asked;
    ArtifactDigest digest =
        asked == null
            ? artifacts.resolve(spec, reference, applied.directory())
            : artifacts.resolveAsked(spec, reference, applied.directory());
    return Plan.of(
        request,
        spec,
        reference,
        digest,
        request.commit(),
        previous(request),
        decisions(spec, request),
        pending(spec, digest, applied),
        applied.directory());
  }

  /** Nobody deploys alone because they took the question away; an event may be from them. */
  static EnvironmentSpec guarded(EnvironmentSpec spec, Optional<Lifted> lift, Request request) {
    return lift.filter(lifted -> request.isFrom(lifted.by()) || !request.requesterIsKnown())
        .map(spec::approvedInSpiteOf)
        .orElse(spec);
  }

  private Plan rollBack(Request request, DeploymentId target) {
    there(request.place());
    Release release =
        releases.history(request.place()).stream()
            .filter(served -> served.id().equals(target))
            .findFirst()
            .orElseThrow(
                () ->
                    new PlanRefused(
                        "unknown-release",
                        "%s has no record of release %s".formatted(request.place(), target),
                        "look for one with: fairlead deployments list"));
    unknownSchema.requireNone(release);
    return Plan.of(
        request,
        release.spec(),
        release.artifact(),
        release.digest(),
        release.commit(),
        previous(request),
        List.of(),
        List.of(),
        applications
            .find(request.place().application())
            .map(AppliedManifest::directory)
            .orElse(null));
  }

  private Plan.@Nullable Previous previous(Request request) {
    return releases
        .wayBack(request.place())
        .map(
            release ->
                new Plan.Previous(
                    release.id(),
                    release.version(),
                    release.replicas(),
                    release.digest(),
                    contextOf(release)))
        .orElse(null);
  }

  /** What a rollback by hand brought back, another release had built. */
  private @Nullable ArtifactDigest contextOf(Release release) {
    if (release.builtFrom() != null
        || !(release.spec().artifact() instanceof ArtifactSource.Build)) {
      return release.builtFrom();
    }
    return releases.history(release.place()).stream()
        .filter(one -> one.digest().equals(release.digest()))
        .map(Release::builtFrom)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static List<DecisionId> decisions(EnvironmentSpec spec, Request request) {
    return Stream.concat(spec.decisions().stream(), request.decisions().stream())
        .distinct()
        .toList();
  }

  private List<PlannedMigration> pending(
      EnvironmentSpec spec, ArtifactDigest digest, AppliedManifest applied) {
    return spec.databases().stream()
        .filter(database -> database.migrations() != null)
        .flatMap(database -> pending(spec, database, digest, applied))
        .toList();
  }

  private Stream<PlannedMigration> pending(
      EnvironmentSpec spec, Database database, ArtifactDigest digest, AppliedManifest applied) {
    return migrations
        .pending(
            artifacts.migrations(
                spec, digest, Objects.requireNonNull(database.migrations()), applied.directory()),
            databases.access(database))
        .stream()
        .map(
            migration ->
                new PlannedMigration(
                    database.id(),
                    migration.script(),
                    migration.compatible(),
                    migration.fingerprint()));
  }

  private AppliedManifest.At there(Place place) {
    AppliedManifest.At at = at(place);
    if (at.gone()) {
      throw PlanRefused.removed(place);
    }
    return at;
  }

  private AppliedManifest.At at(Place place) {
    return applications
        .at(place)
        .orElseThrow(
            () ->
                new PlanRefused(
                    "unknown-application",
                    "unknown application %s".formatted(place.application()),
                    "apply its manifest first: fairlead apply"));
  }

  private EnvironmentSpec environment(Place place, AppliedManifest applied) {
    Manifest manifest = applications.manifest(applied);
    return manifest
        .environment(place.environment())
        .orElseThrow(
            () ->
                new PlanRefused(
                    "unknown-environment",
                    "%s has no environment %s".formatted(place.application(), place.environment()),
                    "choose one of %s, or add it to the manifest".formatted(names(manifest))));
  }

  private static String names(Manifest manifest) {
    return manifest.environments().stream()
        .map(spec -> spec.place().environment())
        .map(EnvironmentName::value)
        .collect(Collectors.joining(", "));
  }

  private static PlanRefused invalid(InvalidManifest invalid) {
    return new PlanRefused(
        "invalid-manifest",
        String.valueOf(invalid.getMessage()),
        "correct the manifest, or the deployer's environment, and apply it again");
  }
}
