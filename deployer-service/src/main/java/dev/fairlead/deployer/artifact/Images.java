package dev.fairlead.deployer.artifact;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.fairlead.events.ArtifactDigest;

/** Resolves image references on one Docker Engine. */
public final class Images {

  private final DockerClient engine;

  public Images(DockerClient engine) {
    this.engine = engine;
  }

  /**
   * The image that the reference names now. The answer stays true when the tag moves on.
   *
   * @throws ArtifactUnusable if the engine does not have the image or cannot be asked
   */
  public Artifact.Image resolve(String reference) {
    try {
      String id = engine.inspectImageCmd(reference).exec().getId();
      return new Artifact.Image(new ArtifactDigest(String.valueOf(id)), reference);
    } catch (NotFoundException e) {
      throw new ArtifactUnusable(
          reference,
          "the Docker Engine does not have this image; build it or run 'docker pull "
              + reference
              + "'",
          e);
    } catch (DockerException e) {
      throw new ArtifactUnusable(reference, "the Docker Engine refused: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new ArtifactUnusable(
          reference,
          "the Docker Engine cannot be reached (" + e.getMessage() + "); is it running?",
          e);
    }
  }
}
