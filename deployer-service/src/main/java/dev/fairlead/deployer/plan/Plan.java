package dev.fairlead.deployer.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a deployment is going to do. Two plans with the same hash do the same: the hash covers
 * all of it, and holds nothing that differs between a dry run and the run.
 *
 * @param artifact where it came from: a path or an image reference; for people
 * @param digest of the archive or the image; of the context, where the image is built on the way
 * @param previous what serves now, and what a rollback returns to; absent for the first release
 * @param steps of all phases, in order
 * @param directory in which tests and hooks are run, and where the migrations of an image are;
 *     absent in plans of earlier versions of Fairlead: then that of the manifest as it is applied
 * @param files that its tests and hooks run; absent where it has neither, and in plans of earlier
 *     versions of Fairlead, whose commands run whatever is there
 */
public record Plan(
    EnvironmentSpec spec,
    Version version,
    String artifact,
    ArtifactDigest digest,
    @Nullable String commit,
    @Nullable Previous previous,
    List<DecisionId> decisions,
    List<PlannedMigration> migrations,
    List<Step> steps,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String directory,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<PlannedFile> files) {

  /** A plan with the steps that follow from all the rest. */
  public static Plan of(
      Request request,
      EnvironmentSpec spec,
      String artifact,
      ArtifactDigest digest,
      @Nullable String commit,
      @Nullable Previous previous,
      List<DecisionId> decisions,
      List<PlannedMigration> migrations,
      @Nullable Path directory) {
    return new Plan(
        spec,
        request.version(),
        artifact,
        digest,
        commit,
        previous,
        decisions,
        migrations,
        Steps.of(spec, request, previous, migrations),
        directory == null ? null : directory.toString(),
        null);
  }

  /**
   * A plan that takes away what serves.
   *
   * @param spec what serves was deployed with, guarded as the place is now
   * @param digest of what serves, or was there last
   * @param routers that may have a route of the place; the one that serves comes first
   */
  public static Plan toRemove(
      EnvironmentSpec spec,
      Version version,
      ArtifactDigest digest,
      @Nullable Previous serving,
      List<RouterKind> routers) {
    return new Plan(
        spec,
        version,
        "none",
        digest,
        null,
        serving,
        List.of(),
        List.of(),
        RemovalSteps.of(routers),
        null,
        null);
  }

  /** The same, bound to what its tests and hooks run. */
  public Plan binding(List<PlannedFile> files) {
    return new Plan(
        spec,
        version,
        artifact,
        digest,
        commit,
        previous,
        decisions,
        migrations,
        steps,
        directory,
        List.copyOf(files));
  }

  /**
   * The release that serves when the plan is made.
   *
   * @param digest unknown in plans of earlier versions of Fairlead
   * @param builtFrom the digest of the context, where its image was built from one
   */
  public record Previous(
      DeploymentId release,
      Version version,
      int replicas,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactDigest digest,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactDigest builtFrom) {

    public Previous(DeploymentId release, Version version, int replicas) {
      this(release, version, replicas, null, null);
    }
  }

  /** Whether it takes away what serves. */
  public boolean removes() {
    return steps.stream().anyMatch(step -> step.work() instanceof Work.ClearPlace);
  }

  /** Whether it takes the place's route from that router, or what was left of it. */
  public boolean removesFrom(RouterKind router) {
    return steps.stream().anyMatch(step -> step.work().equals(new Work.RemoveRoute(router)));
  }

  /** The routers that it takes the place's route from, besides the one that serves. */
  public List<RouterKind> formerRouters() {
    return steps.stream()
        .<RouterKind>mapMulti(
            (step, next) -> {
              if (step.work() instanceof Work.TakeOffTraffic(RouterKind router)
                  && router != spec.route().kind()) {
                next.accept(router);
              }
            })
        .toList();
  }

  /** Whether what serves now is the same program, and only what the manifest says of it differs. */
  public boolean changesConfigurationOnly() {
    return previous != null
        && !removes()
        && previous.version().equals(version)
        && (digest.equals(previous.digest()) || digest.equals(previous.builtFrom()));
  }

  public Place place() {
    return spec.place();
  }

  public PlanHash hash() {
    return CanonicalJson.hashOf(this);
  }

  /** Whether an image is built on the way; that of a rollback or a promotion is there already. */
  public boolean builds() {
    return steps.stream().anyMatch(step -> step.work() instanceof Work.BuildImage);
  }

  public int oldReplicas() {
    return previous == null ? 0 : previous.replicas();
  }

  /** The databases that are restored if it is undone once they are migrated. */
  public List<DatabaseId> restoredWhenUndone() {
    return steps.stream()
        .<DatabaseId>mapMulti(
            (step, next) -> {
              if (step.work() instanceof Work.BackUp(DatabaseId database)) {
                next.accept(database);
              }
            })
        .filter(this::changesIncompatibly)
        .toList();
  }

  /** Whether the previous release cannot work with this database once it is migrated. */
  public boolean changesIncompatibly(DatabaseId database) {
    return migrations.stream()
        .anyMatch(migration -> migration.database().equals(database) && !migration.compatible());
  }
}
