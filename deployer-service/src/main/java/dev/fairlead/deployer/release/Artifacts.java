package dev.fairlead.deployer.release;

import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.image.BuildOrder;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.runtime.Program;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From what a manifest names to what a runtime starts, by way of the digest. */
public final class Artifacts {

  /** What an image is told to listen on when the manifest does not say. */
  private static final int DEFAULT_PORT = 8080;

  private final Archives archives;
  private final ImageStock images;
  private final Builds builds;

  public Artifacts(Archives archives, ImageStock images, Builds builds) {
    this.archives = archives;
    this.images = images;
    this.builds = builds;
  }

  /**
   * @param reference a path or an image; or a digest, for what was deployed before
   * @return of an image that is to be built: the digest of its context
   * @throws ArtifactUnusable when there is no such thing
   */
  public ArtifactDigest resolve(EnvironmentSpec spec, String reference, Path directory) {
    Artifact artifact =
        switch (spec.artifact()) {
          case ArtifactSource.Archive _ when isDigest(reference) ->
              kept(new ArtifactDigest(reference));
          case ArtifactSource.Archive _ -> archives.resolve(directory.resolve(reference));
          case ArtifactSource.Build build when !isDigest(reference) ->
              builds.contexts().pack(directory.resolve(reference), build.dockerfile());
          case ArtifactSource.Build _, ArtifactSource.Image _ ->
              images.resolve(spec.hosts(), reference);
        };
    return artifact.digest();
  }

  /**
   * @throws ArtifactUnusable when what a plan begins with is not there (any more)
   */
  public void requireThere(Plan plan) {
    if (plan.builds()) {
      builds.contexts().require(plan.digest());
    } else if (plan.spec().runtime() == RuntimeKind.PROCESS) {
      folder(plan.digest());
    } else {
      images.resolve(plan.spec().hosts(), plan.digest().value());
    }
  }

  /** What starts an instance; an archive is unpacked if it was not before. */
  public Program program(EnvironmentSpec spec, ArtifactDigest digest) {
    return switch (spec.runtime()) {
      case PROCESS -> new Program.Unpacked(digest, folder(digest), spec.command());
      case DOCKER ->
          new Program.ContainerImage(
              digest, spec.command(), spec.port() == null ? DEFAULT_PORT : spec.port());
    };
  }

  /** Makes it ready to start: unpacked, or on every host. */
  public void prepare(Release release) {
    switch (release.spec().runtime()) {
      case PROCESS -> folder(release.digest());
      case DOCKER ->
          images.bring(release.spec().hosts(), release.digest(), release.place().application());
    }
  }

  /** The image of a plan that builds one; built unless it is there. */
  public ArtifactDigest build(Plan plan, DeploymentId deployment) throws InterruptedException {
    return builds.build(plan.spec().hosts(), order(plan, deployment));
  }

  private static BuildOrder order(Plan plan, DeploymentId deployment) {
    return new BuildOrder(
        plan.place().application(),
        plan.version(),
        plan.commit(),
        deployment,
        plan.digest(),
        (ArtifactSource.Build) plan.spec().artifact());
  }

  /**
   * Removes every artifact but those that are needed: archives, packed and unpacked, contexts, and
   * images of every host.
   *
   * @param before nothing is removed that was needed since
   * @return what was removed
   */
  public Set<ArtifactDigest> prune(Set<ArtifactDigest> needed, Instant before) {
    Set<ArtifactDigest> removed = new HashSet<>(archives.prune(needed, before));
    removed.addAll(images.prune(needed, before));
    builds.contexts().prune(needed, before);
    return removed;
  }

  /**
   * Where the migration scripts are: in the archive, or, for an image, beside the manifest.
   *
   * @param migrations as the manifest names it
   */
  public Path migrations(
      EnvironmentSpec spec, ArtifactDigest digest, String migrations, Path directory) {
    return (spec.runtime() == RuntimeKind.PROCESS ? folder(digest) : directory).resolve(migrations);
  }

  /**
   * Of a reference that a request brought, not the manifest. Whoever may deploy, or announce a
   * version, is not thereby somebody who may read every file of this host.
   *
   * @throws ArtifactUnusable also when it names a path outside of the manifest's folder
   */
  public ArtifactDigest resolveAsked(EnvironmentSpec spec, String reference, Path directory) {
    if (!(spec.artifact() instanceof ArtifactSource.Image) && !isDigest(reference)) {
      requireWithin(directory, reference);
    }
    return resolve(spec, reference, directory);
  }

  private static void requireWithin(Path directory, String reference) {
    try {
      Path folder = directory.toAbsolutePath().normalize();
      Path named = folder.resolve(reference);
      // behind a link, '..' is not what it looks like
      boolean climbs = List.of(reference.split("/")).contains("..");
      if (climbs || !named.startsWith(folder) || leadsOut(named, folder)) {
        throw leaves(reference, directory, null);
      }
    } catch (InvalidPathException | IOException e) {
      throw leaves(reference, directory, e);
    }
  }

  /** What is absent leads nowhere, and whoever opens it says so. */
  private static boolean leadsOut(Path named, Path folder) throws IOException {
    return Files.exists(named) && !named.toRealPath().startsWith(folder.toRealPath());
  }

  private static ArtifactUnusable leaves(
      String reference, Path directory, @Nullable Throwable cause) {
    String reason =
        "it leaves the folder of the manifest %s; put it there, or name it in the manifest"
            .formatted(directory);
    return cause == null
        ? new ArtifactUnusable(reference, reason)
        : new ArtifactUnusable(reference, reason, cause);
  }

  private static boolean isDigest(String reference) {
    return reference.matches("sha256:[0-9a-f]{64}");
  }

  private Path folder(ArtifactDigest digest) {
    return archives.unpack(kept(digest));
  }

  private Artifact.Archive kept(ArtifactDigest digest) {
    return archives
        .find(digest)
        .orElseThrow(
            () ->
                new ArtifactUnusable(
                    digest.value(), "it is no longer in the store; deploy its version again"));
  }
}
