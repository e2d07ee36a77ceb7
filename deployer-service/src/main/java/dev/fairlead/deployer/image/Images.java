package dev.fairlead.deployer.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.events.ArtifactDigest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Resolves image references on one Docker Engine. A reference that names its registry, such as
 * {@code registry.example.org/orders:1.4.2}, is pulled from there with the credentials of {@code
 * ~/.docker/config.json}, since a tag may have moved; one with a digest only if the engine lacks
 * it. Any other reference must be on the engine already.
 */
public final class Images {

  private static final int PULL_MINUTES = 10;

  private final Engine engine;
  private final PulledReferences pulled;

  public Images(Engine engine) {
    this.engine = engine;
    this.pulled = new PulledReferences(engine.folder().resolve("pulled"));
  }

  /**
   * The image that the reference names now. The answer stays true when the tag moves on.
   *
   * @throws ArtifactUnusable if neither engine nor registry has the image, or cannot be asked
   */
  public Artifact.Image resolve(String reference) {
    try {
      ImageReference image = new ImageReference(reference);
      boolean settled = image.digest().isPresent() && find(reference).isPresent();
      if (image.registry().isPresent() && !settled) {
        pull(reference);
      }
      return find(reference).orElseThrow(() -> lacking(reference));
    } catch (NotFoundException e) {
      throw new ArtifactUnusable(reference, "the registry does not have it: " + said(e), e);
    } catch (DockerException e) {
      throw new ArtifactUnusable(reference, "%s refused: %s".formatted(engine, said(e)), e);
    } catch (ArtifactUnusable e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ArtifactUnusable(
          reference,
          "%s cannot be reached (%s); is it running?".formatted(engine, e.getMessage()),
          e);
    }
  }

  /**
   * @param reference or an image id
   */
  Optional<Artifact.Image> find(String reference) {
    return inspect(reference)
        .map(
            image ->
                new Artifact.Image(new ArtifactDigest(String.valueOf(image.getId())), reference));
  }

  Optional<InspectImageResponse> inspect(String reference) {
    try {
      return Optional.of(engine.client().inspectImageCmd(reference).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private void pull(String reference) {
    boolean brought = find(reference).isEmpty();
    Progress progress = new Progress();
    try (progress) {
      if (!engine
          .patient()
          .pullImageCmd(reference)
          .exec(progress)
          .awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES)) {
        throw new ArtifactUnusable(
            reference, "pulling it took more than %d minutes".formatted(PULL_MINUTES));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactUnusable(reference, "pulling it was interrupted; deploy again", e);
    } catch (java.io.IOException e) {
      throw new ArtifactUnusable(reference, "pulling it broke off: " + e.getMessage(), e);
    }
    if (!progress.error.isEmpty()) {
      throw new ArtifactUnusable(
          reference,
          "pulling it failed: %s; check the name, and 'docker login' for the deployer's user"
              .formatted(progress.error));
    }
    if (brought) {
      pulled.add(reference);
    }
  }

  private ArtifactUnusable lacking(String reference) {
    return new ArtifactUnusable(
        reference,
        "%s does not have this image; build it or run 'docker pull %s'"
            .formatted(engine, reference));
  }

  private static String said(DockerException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /** What the engine says while it pulls; also a pull that fails is answered 200. */
  private static final class Progress extends ResultCallback.Adapter<PullResponseItem> {

    private volatile String error = "";

    @Override
    public void onNext(PullResponseItem item) {
      if (item.getErrorDetail() != null) {
        error = String.valueOf(item.getErrorDetail().getMessage()).strip();
      }
    }
  }
}
