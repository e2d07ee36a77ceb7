package dev.fairlead.deployer.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that one engine keeps for this installation, each by a tag of its own: {@code
 * fairlead-1a2b3c4d/orders:0f8c2e51b7aa}. While it has one, {@code docker image prune} leaves it
 * alone. Only what has one is ever removed, and of it only names that are this installation's: an
 * image that somebody else has named, or runs, stays.
 */
final class KeptImages {

  private static final Logger LOG = LoggerFactory.getLogger(KeptImages.class);
  private static final int SHORT = 12;

  private final Engine engine;
  private final Images images;
  private final PulledReferences pulled;

  KeptImages(Engine engine) {
    this.engine = engine;
    this.images = new Images(engine);
    this.pulled = new PulledReferences(engine.folder().resolve("pulled"));
  }

  /** Also tells the engine when it was needed last. */
  void keep(ArtifactDigest image, ApplicationName application) {
    keep(image, application, hex(image).substring(0, SHORT));
  }

  /**
   * @param tag for people, beside the one of the image itself
   */
  void keep(ArtifactDigest image, ApplicationName application, String tag) {
    engine.ask(
        "tag image " + image,
        () ->
            engine
                .client()
                .tagImageCmd(image.value(), repository(engine) + "/" + application, tag)
                .withForce()
                .exec());
  }

  /**
   * Removes every image that this installation keeps and no release needs.
   *
   * @param before nothing is removed that was needed since
   * @return what lost its names; the engine has it no longer unless somebody else does
   */
  Set<ArtifactDigest> prune(Set<ArtifactDigest> needed, Instant before) {
    Set<ArtifactDigest> removed = new HashSet<>();
    for (Image image : kept()) {
      ArtifactDigest digest = new ArtifactDigest(image.getId());
      if (!needed.contains(digest) && lastNeeded(digest).isBefore(before)) {
        if (removeNames(digest)) {
          removed.add(digest);
        }
      }
    }
    removed.addAll(prunePulled(needed, before));
    return removed;
  }

  /**
   * What was pulled and never kept: by a deployer that was killed then, or whose plan was not
   * carried out. Names that are gone need no note any more.
   */
  private Set<ArtifactDigest> prunePulled(Set<ArtifactDigest> needed, Instant before) {
    Set<ArtifactDigest> removed = new HashSet<>();
    for (String reference : pulled.notedBefore(before)) {
      Optional<ArtifactDigest> image =
          engine
              .ask("look for image " + reference, () -> images.find(reference))
              .map(Artifact.Image::digest);
      if (image.isEmpty()) {
        pulled.remove(reference);
      } else if (!needed.contains(image.get()) && !isKept(image.get()) && removeName(reference)) {
        removed.add(image.get());
      }
    }
    return removed;
  }

  /** Then its names go with it. */
  private boolean isKept(ArtifactDigest image) {
    return names(image).anyMatch(this::isOfOurRepository);
  }

  /**
   * Those of our own repository last: by them the image is found another time, when the engine was
   * away or a container had the image still.
   */
  private boolean removeNames(ArtifactDigest image) {
    return names(image)
        .filter(this::isOurs)
        .sorted(Comparator.comparing(this::isOfOurRepository))
        .allMatch(this::removeName);
  }

  private List<Image> kept() {
    return engine.ask(
        "list its images",
        () ->
            engine.client().listImagesCmd().withReferenceFilter(repository(engine) + "/*").exec());
  }

  /** The engine's own note of when it was tagged last; without one nobody can say. */
  private Instant lastNeeded(ArtifactDigest image) {
    return inspect(image)
        .map(InspectImageResponse::getRawValues)
        .map(values -> values.get("Metadata"))
        .filter(Map.class::isInstance)
        .map(metadata -> String.valueOf(((Map<?, ?>) metadata).get("LastTagTime")))
        .flatMap(KeptImages::time)
        .orElse(Instant.MAX);
  }

  private Optional<InspectImageResponse> inspect(ArtifactDigest image) {
    return engine.ask("tell about image " + image, () -> images.inspect(image.value()));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  private Stream<String> names(ArtifactDigest image) {
    return inspect(image).stream()
        .flatMap(
            found ->
                Stream.of(found.getRepoTags(), found.getRepoDigests())
                    .filter(Objects::nonNull)
                    .flatMap(List::stream));
  }

  private boolean isOurs(String name) {
    return isOfOurRepository(name) || pulled.contains(name);
  }

  private boolean isOfOurRepository(String name) {
    return name.startsWith(repository(engine) + "/");
  }

  /** Of the last name the engine lets go only when no container has the image. */
  private boolean removeName(String name) {
    boolean gone = engine.ask("remove image " + name, () -> remove(name));
    if (gone) {
      pulled.remove(name);
    }
    return gone;
  }

  private boolean remove(String name) {
    try {
      engine.client().removeImageCmd(name).exec();
    } catch (NotFoundException goneMeanwhile) {
      LOG.debug("image={} was removed by somebody else", name, goneMeanwhile);
    } catch (ConflictException inUse) {
      LOG.info("image={} kept, a container has it", name);
      return false;
    }
    return true;
  }

  static String repository(Engine engine) {
    return "fairlead-" + engine.installation().substring(0, 8);
  }

  private static String hex(ArtifactDigest digest) {
    return digest.value().substring("sha256:".length());
  }
}
