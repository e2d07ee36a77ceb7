package dev.fairlead.deployer.image;

import com.github.dockerjava.api.command.InspectImageResponse;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of all hosts: found on one, brought to the others, removed from each. */
public final class ImageStock {

  private static final Logger LOG = LoggerFactory.getLogger(ImageStock.class);

  private final Engines engines;
  private final PullRoom room;

  /** Where nobody looks at the room for what is pulled. */
  public ImageStock(Engines engines) {
    this(engines, PullRoom.ANY);
  }

  public ImageStock(Engines engines, PullRoom room) {
    this.engines = engines;
    this.room = room;
  }

  /**
   * The image that the reference names: what the first host that has it says. A reference with a
   * registry is pulled to the first host; an id may be on any host.
   *
   * @throws ArtifactUnusable if none has it, or the first cannot be asked
   */
  public Artifact.Image resolve(List<HostName> hosts, String reference) {
    Engine first = engine(hosts.getFirst(), reference);
    if (new ImageReference(reference).registry().isPresent() || has(first, reference)) {
      return new Images(first, room).resolve(reference);
    }
    return others(hosts, reference)
        .filter(other -> has(other, reference))
        .findFirst()
        .map(other -> new Images(other).resolve(reference))
        .orElseGet(() -> new Images(first).resolve(reference));
  }

  /** An id means the same everywhere: what is promoted may be on another environment's hosts. */
  private Stream<Engine> others(List<HostName> hosts, String reference) {
    return reference.startsWith("sha256:")
        ? engines.all().stream()
        : hosts.stream().skip(1).map(host -> engine(host, reference));
  }

  private static boolean has(Engine engine, String reference) {
    try {
      return engine.ask(
          "look for image " + reference, () -> new Images(engine).find(reference).isPresent());
    } catch (RuntimeFailure away) {
      return false;
    }
  }

  /**
   * Brings an image to every host that lacks it and has it kept there.
   *
   * @throws ArtifactUnusable if a host cannot get it
   */
  public void bring(List<HostName> hosts, ArtifactDigest image, ApplicationName application) {
    for (HostName host : hosts) {
      Engine engine = engine(host, image.value());
      if (!engine.ask(
          "look for image " + image, () -> new Images(engine).find(image.value()).isPresent())) {
        fetch(engine, image);
      }
      new KeptImages(engine).keep(image, application);
    }
  }

  /** From any host that has it, since it may have been removed from the one that got it first. */
  private void fetch(Engine to, ArtifactDigest image) {
    Engine from =
        engines.all().stream()
            .filter(other -> !other.host().equals(to.host()))
            .filter(other -> has(other, image.value()))
            .findFirst()
            .orElseThrow(
                () ->
                    new ArtifactUnusable(
                        image.value(),
                        "no host has it (any more); deploy its version again from its origin"));
    if (pulledFromRegistry(from, to, image)) {
      LOG.info("image={} host={} from=registry", image, to.host());
      return;
    }
    LOG.info("image={} host={} from={}", image, to.host(), from.host());
    copy(from, to, image);
  }

  /**
   * A registry is closer to its hosts than the deployer is; but it may have forgotten the image.
   */
  private static boolean pulledFromRegistry(Engine from, Engine to, ArtifactDigest image) {
    Optional<String> reference =
        new Images(from)
            .inspect(image.value())
            .map(InspectImageResponse::getRepoDigests)
            .filter(Objects::nonNull)
            .flatMap(digests -> digests.stream().findFirst());
    try {
      return reference.isPresent()
          && new Images(to).resolve(reference.get()).digest().equals(image);
    } catch (ArtifactUnusable e) {
      LOG.info(
          "image={} host={} registry=failed next=copy reason={}", image, to.host(), e.getMessage());
      return false;
    }
  }

  private static void copy(Engine from, Engine to, ArtifactDigest image) {
    try (InputStream saved =
        from.ask(
            "hand out image " + image, () -> from.patient().saveImageCmd(image.value()).exec())) {
      to.ask("load image " + image, () -> to.patient().loadImageCmd(saved).exec());
    } catch (IOException e) {
      throw new UncheckedIOException("the copy of %s broke off".formatted(image), e);
    }
    if (!has(to, image.value())) {
      throw new ArtifactUnusable(
          image.value(),
          "%s loaded it under another id; let its image store be of the kind of that of %s"
              .formatted(to, from));
    }
  }

  /**
   * Removes what no release needs from every host that answers; the others follow another time.
   *
   * @param before nothing is removed that was needed since
   */
  public Set<ArtifactDigest> prune(Set<ArtifactDigest> needed, Instant before) {
    Set<ArtifactDigest> removed = new HashSet<>();
    for (Engine engine : engines.all()) {
      try {
        removed.addAll(new KeptImages(engine).prune(needed, before));
      } catch (RuntimeFailure e) {
        LOG.info("host={} images=kept reason=\"{}\"", engine.host(), e.getMessage());
      }
    }
    return removed;
  }

  Engine engine(HostName host, String artifact) {
    return engines
        .find(host)
        .orElseThrow(
            () ->
                new ArtifactUnusable(
                    artifact,
                    "this deployer has no Docker host %s; %s"
                        .formatted(host, Engines.advice(host))));
  }
}
